#include "net/redact.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using moodle_fdw::net::plain_text;
using moodle_fdw::net::redact;

TEST(Redact, EveryOccurrence) {
    EXPECT_EQ(redact("abc123", "abc123"), "[redacted]");
    EXPECT_EQ(redact("x abc123 y abc123", "abc123"), "x [redacted] y [redacted]");
    EXPECT_EQ(redact("abc123abc123", "abc123"), "[redacted][redacted]");
    EXPECT_EQ(redact("ababc", "abc"), "ab[redacted]");
    EXPECT_EQ(redact("aabc", "aab"), "[redacted]c");
}

TEST(Redact, NothingToDo) {
    EXPECT_EQ(redact("text", ""), "text");
    EXPECT_EQ(redact("", "secret"), "");
    EXPECT_EQ(redact("secre", "secret"), "secre");
}

TEST(Redact, PercentEncoded) {
    EXPECT_EQ(redact("t=a%2Fb%2b", "a/b+"), "t=[redacted]");
    EXPECT_EQ(redact("t=%61%2f%62+", "a/b+"), "t=[redacted]");
    EXPECT_EQ(redact("my+secret", "my secret"), "[redacted]");
    EXPECT_EQ(redact("%", "%"), "[redacted]");
    EXPECT_EQ(redact("x%6", "xl"), "x%6");
    EXPECT_EQ(redact("x%6c", "xl"), "[redacted]");
}

TEST(PlainText, TagsGo) {
    EXPECT_EQ(plain_text("<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>"),
              "502 Bad Gateway nginx");
    EXPECT_EQ(plain_text("Can<b>not</b> <a href='x>y'>find</a> it"), "Cannot find it");
    EXPECT_EQ(plain_text("a<br/>b<p>c"), "a b c");
    EXPECT_EQ(plain_text("a<!-- <b> --> b"), "a b");
    EXPECT_EQ(plain_text("<!DOCTYPE html><?xml x?>t"), "t");
    EXPECT_EQ(plain_text("text <img src=\"never ends"), "text");
    EXPECT_EQ(plain_text("text <!-- never ends"), "text");
}

TEST(PlainText, ScriptsAndStylesGoWhole) {
    EXPECT_EQ(plain_text("a<script>if (1 < 2) alert('x')</script>b"), "a b");
    EXPECT_EQ(plain_text("a<SCRIPT src=x>y</Script >b<style>p{}</style>c"), "a b c");
    EXPECT_EQ(plain_text("a<script>never ends"), "a");
}

TEST(PlainText, WhatOnlyLooksLikeMarkupStays) {
    EXPECT_EQ(plain_text("1 < 2 & 3 > 2"), "1 < 2 & 3 > 2");
    EXPECT_EQ(plain_text("a <"), "a <");
    EXPECT_EQ(plain_text("R&D; AT&T"), "R&D; AT&T");
}

TEST(PlainText, Entities) {
    EXPECT_EQ(plain_text("a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#x27;&nbsp;f"),
              "a & b <c> \"d\" 'e' f");
    EXPECT_EQ(plain_text("&#xE7;&#128512;"), "\xc3\xa7\xf0\x9f\x98\x80");
    EXPECT_EQ(plain_text("&#0; &#xD800; &#x110000; &#; &#x; &; &"),
              "&#0; &#xD800; &#x110000; &#; &#x; &; &");
    EXPECT_EQ(plain_text("a&#10;b&#27;[31mc"), "a b[31mc");
}

TEST(PlainText, SpaceFoldsAndControlsVanish) {
    EXPECT_EQ(plain_text("  a \r\n\t b\x01\x1b[0m \xc2\xa0 c  "), "a b[0m c");
    EXPECT_EQ(plain_text("a\xe2\x80\xae"
                         "b\xc2\x85"
                         "c\xef\xbb\xbf"),
              "abc");
    EXPECT_EQ(plain_text(std::string_view("a\0b", 3)), "ab");
    EXPECT_EQ(plain_text(""), "");
}

TEST(PlainText, InvalidUtf8IsRepaired) {
    EXPECT_EQ(plain_text("a\xff"
                         "b"),
              "a?b");
    EXPECT_EQ(plain_text("a\xc3"), "a?");
    EXPECT_EQ(plain_text("a\xed\xa0\x80z"), "a???z");  // a surrogate
    EXPECT_EQ(plain_text("a\xc0\xaf"), "a??");         // overlong
    EXPECT_EQ(plain_text("\xe2\x82z"), "?z");
}

TEST(PlainText, CutAtACharacterBorder) {
    EXPECT_EQ(plain_text("abcdefghij", 10), "abcdefghij");
    EXPECT_EQ(plain_text("abcdefghijk", 10), "abcdefg...");
    std::string umlauts;
    for (int i = 0; i < 100; ++i) umlauts += "\xc3\xa4";
    for (size_t bound = 0; bound < 40; ++bound) {
        const std::string cut = plain_text(umlauts, bound);
        EXPECT_LE(cut.size(), bound);
        EXPECT_EQ(cut.find('?'), std::string::npos);
        EXPECT_EQ(plain_text(cut, 1000), cut);  // still valid
    }
    EXPECT_LE(plain_text(std::string(1 << 20, 'x')).size(), 300U);
}

}  // namespace
