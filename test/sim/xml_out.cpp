#include "xml_out.h"

#include <rapidjson/reader.h>

#include <vector>

namespace sim {

namespace {

constexpr char kHead[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '"') {
            out += "&quot;";
        } else {
            out += c;
        }
    }
    return out;
}

// Turns the events of a JSON reader into KEY, VALUE, SINGLE and MULTIPLE.
class XmlWriter : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, XmlWriter> {
  public:
    bool Null() { return value("<VALUE null=\"null\"/>\n"); }
    bool Bool(bool is) { return plain(is ? "1" : "0"); }
    bool RawNumber(const char* text, size_t size, bool) { return plain({text, size}); }
    bool String(const char* text, size_t size, bool) { return plain(escaped({text, size})); }
    bool Key(const char* text, size_t size, bool) {
        out_ += "<KEY name=\"" + std::string(text, size) + "\">";
        return true;
    }
    bool StartObject() { return open("<SINGLE>\n", true); }
    bool EndObject(size_t) { return close("</SINGLE>\n"); }
    bool StartArray() { return open("<MULTIPLE>\n", false); }
    bool EndArray(size_t) { return close("</MULTIPLE>\n"); }

    std::string take() { return std::move(out_); }

  private:
    bool plain(const std::string& text) { return value("<VALUE>" + text + "</VALUE>\n"); }
    bool value(const std::string& xml) {
        out_ += xml;
        end_key();
        return true;
    }
    bool open(const char* tag, bool object) {
        out_ += tag;
        in_object_.push_back(object);
        return true;
    }
    bool close(const char* tag) {
        out_ += tag;
        in_object_.pop_back();
        end_key();
        return true;
    }
    void end_key() {
        if (!in_object_.empty() && in_object_.back()) out_ += "</KEY>\n";
    }

    std::string out_;
    std::vector<bool> in_object_;
};

}  // namespace

std::string xml_of(const std::string& json) {
    XmlWriter writer;
    rapidjson::Reader reader;
    rapidjson::StringStream stream(json.c_str());
    reader.Parse<rapidjson::kParseNumbersAsStringsFlag>(stream, writer);
    return kHead + std::string("<RESPONSE>\n") + writer.take() + "</RESPONSE>\n";
}

std::string xml_of(const MoodleError& error) {
    return kHead + std::string("<EXCEPTION class=\"") + escaped(error.exception) +
           "\">\n<ERRORCODE>" + escaped(error.errorcode) + "</ERRORCODE>\n<MESSAGE>" +
           escaped(error.message) + "</MESSAGE>\n</EXCEPTION>\n";
}

}  // namespace sim
