// What a real Moodle answered: test/data/recordings, one file a body and one a request.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace moodle_fdw::recordings {

// The directory test/data: from the environment, or as CMake knows it.
inline std::filesystem::path data_directory() {
    if (const char* set = std::getenv("MOODLE_TEST_DATA")) return set;
#ifdef MOODLE_TEST_DATA
    return MOODLE_TEST_DATA;
#else
    return "test/data";
#endif
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in.good()) << "cannot read " << path;
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct Recording {
    std::string name;  // core_user_get_users__by_id.json
    std::string function;
    int status = 0;
    std::string body;
};

inline int status_in(const std::string& request) {
    static const std::string kLine = "\nHTTP/1.1 ";
    // The last status line: a "100 Continue" may stand before it.
    const size_t at = request.rfind(kLine);
    return at == std::string::npos ? 0 : std::atoi(request.c_str() + at + kLine.size());
}

// Every whole body: what was compressed or cut for the recording is left out.
inline std::vector<Recording> read_all() {
    std::vector<Recording> all;
    for (const auto& entry : std::filesystem::directory_iterator(data_directory() / "recordings")) {
        const std::filesystem::path path = entry.path();
        const std::string kind = path.extension();
        if (kind != ".json" && kind != ".xml" && kind != ".html") continue;
        if (path.filename().string().starts_with("_")) continue;  // counts, no answer
        Recording one;
        one.name = path.filename();
        one.function = one.name.substr(0, one.name.find("__"));
        one.body = read_file(path);
        std::filesystem::path request = path;
        request.replace_extension(".req.txt");
        one.status = status_in(read_file(request));
        all.push_back(std::move(one));
    }
    std::sort(all.begin(), all.end(),
              [](const Recording& a, const Recording& b) { return a.name < b.name; });
    return all;
}

}  // namespace moodle_fdw::recordings
