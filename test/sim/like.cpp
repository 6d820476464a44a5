#include "like.h"

#include <cwctype>

namespace sim {

namespace {

std::u32string lowered(std::string_view utf8) {
    std::u32string text;
    for (size_t at = 0; at < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[at++]);
        const int more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        char32_t character = more == 0 ? lead : lead & (0x3fu >> more);
        for (int i = 0; i < more && at < utf8.size(); i++) {
            character = character << 6 | (static_cast<unsigned char>(utf8[at++]) & 0x3f);
        }
        text += static_cast<char32_t>(std::towlower(static_cast<wint_t>(character)));
    }
    return text;
}

}  // namespace

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

std::string strip_tags(const std::string& text) {
    std::string plain;
    bool within = false;
    for (const char c : text) {
        if (c == '<') within = true;
        if (!within) plain += c;
        if (c == '>') within = false;
    }
    return plain;
}

Like::Like(const std::string& pattern) {
    const std::u32string text = lowered(pattern);
    everything_ = !text.empty();
    for (size_t i = 0; i < text.size(); i++) {
        Step step{Step::Kind::Character, text[i]};
        if (text[i] == U'%') step.kind = Step::Kind::Any;
        if (text[i] == U'_') step.kind = Step::Kind::One;
        if (text[i] == U'\\') {
            broken_ = i + 1 == text.size();  // PostgreSQL: pattern must not end with escape
            if (broken_) break;
            step.character = text[++i];
        }
        everything_ = everything_ && step.kind == Step::Kind::Any;
        steps_.push_back(step);
    }
}

bool Like::matches(std::string_view utf8) const {
    if (broken_) return false;
    if (everything_) return true;
    const std::u32string text = lowered(utf8);
    // The last % takes one character more whenever what follows it does not fit.
    size_t t = 0, s = 0, star = steps_.size() + 1, resume = 0;
    while (t < text.size()) {
        if (s < steps_.size() && steps_[s].kind == Step::Kind::Any) {
            star = s++;
            resume = t;
        } else if (s < steps_.size() &&
                   (steps_[s].kind == Step::Kind::One || steps_[s].character == text[t])) {
            s++;
            t++;
        } else if (star < steps_.size()) {
            s = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (s < steps_.size() && steps_[s].kind == Step::Kind::Any) s++;
    return s == steps_.size();
}

bool Like::matches_kept(std::string_view text) {
    const auto [place, fresh] = kept_.try_emplace(text.data(), false);
    if (fresh) place->second = matches(text);
    return place->second;
}

}  // namespace sim
