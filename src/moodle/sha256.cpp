#include "moodle/sha256.h"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

#include "net/pure.h"

namespace moodle_fdw::moodle {

Sha256Digest sha256(std::initializer_list<std::string_view> pieces) {
    // Wiped as it is freed.
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> hash(EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free);
    bool made = hash != nullptr && EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1;
    for (const std::string_view piece : pieces) {
        made = made && EVP_DigestUpdate(hash.get(), piece.data(), piece.size()) == 1;
    }
    Sha256Digest digest;
    if (!made || EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr) != 1) {
        throw std::runtime_error("OpenSSL makes no SHA-256 digest");
    }
    return digest;
}

}  // namespace moodle_fdw::moodle
