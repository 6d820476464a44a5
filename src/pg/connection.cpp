#include <map>
#include <memory>
#include <string>

#include "moodle/entity.h"
#include "net/url.h"
#include "pg/answer_cache.h"
#include "pg/connection.h"
#include "pg/guard.h"
#include "pg/instance_stats.h"
#include "pg/options.h"
#include "pg/shared_gate.h"

namespace moodle_fdw::pg {

namespace {

// Counts a running request against the descriptors PostgreSQL keeps for others.
class CountingGate : public net::Gate {
  public:
    explicit CountingGate(std::shared_ptr<net::Gate> inner) : inner_(std::move(inner)) {}
    Answer enter(net::Clock::time_point now) override {
        const Answer answer = inner_->enter(now);
        if (answer.entered) ReserveExternalFD();
        return answer;
    }
    void leave(net::Clock::time_point now, net::Clock::duration took, bool good) override {
        inner_->leave(now, took, good);
        ReleaseExternalFD();
    }
    void hold_until(net::Clock::time_point moment) override { inner_->hold_until(moment); }
    int limit() const override { return inner_->limit(); }

  private:
    std::shared_ptr<net::Gate> inner_;
};

struct Cache {
    std::map<Oid, std::shared_ptr<moodle::Site>> sites;  // by user mapping
    std::map<Oid, std::weak_ptr<net::Gate>> gates;       // by server: mappings share its limits
    bool stale = false;
};

Cache& cache() {
    static auto* held = new Cache;
    return *held;
}

// Only marks: a syscache callback may run in the middle of anything.
void on_catalog_change(Datum, int, uint32) {
    cache().stale = true;
}

// Everything a Site is made of, in plain memory.
struct Wanted {
    const char* instance;
    const char* url;
    const char* token;
    const char* ca_file;
    const char* proxy;
    const char* http_version;
    double connect_timeout, stall_timeout, request_timeout, retry_max_delay;
    double max_response_size;
    int retries;
    GateSettings gate;
    int shared_gate;  // -1 = none
    bool verify_tls, compression;
};

void read_wanted(const ForeignServer* server, const UserMapping* mapping, Wanted& wanted) {
    List* options = server->options;
    const net::Reach reach;
    const net::RetryPolicy retry;
    const net::GateLimits limits;
    wanted.instance = server->servername;
    wanted.url = find_option(options, "url");
    wanted.token = find_option(mapping->options, "token");
    wanted.ca_file = find_option(options, "ca_file");
    wanted.proxy = find_option(options, "proxy");
    wanted.http_version = find_option(options, "http_version");
    wanted.connect_timeout =
        option_number(options, "connect_timeout", reach.connect_timeout.count());
    wanted.stall_timeout = option_number(options, "stall_timeout", reach.stall_timeout.count());
    wanted.request_timeout =
        option_number(options, "request_timeout", reach.request_timeout.count());
    wanted.retry_max_delay = option_number(options, "retry_max_delay", retry.max_delay.count());
    wanted.max_response_size =
        option_number(options, "max_response_size", static_cast<double>(reach.max_response_size));
    wanted.gate.limits.requests_per_second = option_number(options, "requests_per_second", 0);
    wanted.gate.limits.max_connections =
        static_cast<int>(option_number(options, "max_connections", limits.max_connections));
    wanted.gate.limits.adaptive = option_flag(options, "adaptive_concurrency", limits.adaptive);
    wanted.retries = static_cast<int>(option_number(options, "retries", retry.retries));
    wanted.verify_tls = option_flag(options, "verify_tls", true);
    wanted.compression = option_flag(options, "compression", true);
}

// Which version of the server's row these options are of.
void read_version(Oid server, GateSettings& gate) {
    HeapTuple tuple = SearchSysCache1(FOREIGNSERVEROID, ObjectIdGetDatum(server));
    if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for foreign server %u", server);
    gate.version = HeapTupleHeaderGetRawXmin(tuple->t_data);
    gate.committed = !TransactionIdIsCurrentTransactionId(gate.version);
    ReleaseSysCache(tuple);
}

std::shared_ptr<moodle::Site> build_site(const Wanted& wanted, Oid server, Report& report) {
    net::BaseUrl url;
    std::string problem;
    if (wanted.url == nullptr || !net::parse_base_url(wanted.url, url, problem)) {
        report.fill("HV00L", std::string("moodle instance \"") + wanted.instance +
                                 "\" has no usable url: " + problem);
        return nullptr;
    }
    auto site = std::make_shared<moodle::Site>(wanted.instance, wanted.token);
    auto milliseconds = [](double number) {
        return net::Milliseconds(static_cast<int64_t>(number));
    };
    site->reach.endpoint = url.endpoint;
    site->reach.connect_timeout = milliseconds(wanted.connect_timeout);
    site->reach.stall_timeout = milliseconds(wanted.stall_timeout);
    site->reach.request_timeout = milliseconds(wanted.request_timeout);
    site->reach.max_response_size = static_cast<uint64_t>(wanted.max_response_size);
    if (wanted.ca_file != nullptr) site->reach.ca_file = wanted.ca_file;
    if (wanted.proxy != nullptr) site->reach.proxy = wanted.proxy;
    site->reach.verify_tls = wanted.verify_tls;
    site->reach.compression = wanted.compression;
    const std::string version = wanted.http_version != nullptr ? wanted.http_version : "auto";
    if (version == "1.1") site->reach.http_version = net::HttpVersion::Http1;
    if (version == "2") site->reach.http_version = net::HttpVersion::Http2;
    site->retry.retries = wanted.retries;
    site->retry.max_delay = milliseconds(wanted.retry_max_delay);
    std::weak_ptr<net::Gate>& shared = cache().gates[server];
    site->gate = shared.lock();
    if (site->gate == nullptr) {
        site->gate = std::make_shared<CountingGate>(
            make_gate(wanted.shared_gate, server, wanted.gate.limits));
        shared = site->gate;
    }
    site->traffic = make_traffic_counter(server);
    return site;
}

UserMapping* mapping_of(Oid server, Oid user) {
    if (!SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(user),
                               ObjectIdGetDatum(server)) &&
        !SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(InvalidOid),
                               ObjectIdGetDatum(server))) {
        ereport(ERROR,
                (errcode(ERRCODE_UNDEFINED_OBJECT),
                 errmsg("no user mapping of role \"%s\" for moodle instance \"%s\"",
                        GetUserNameFromId(user, false), GetForeignServer(server)->servername),
                 errhint("CREATE USER MAPPING FOR %s SERVER %s OPTIONS (token '…').",
                         quote_identifier(GetUserNameFromId(user, false)),
                         quote_identifier(GetForeignServer(server)->servername))));
    }
    return GetUserMapping(user, server);
}

void forget_if_stale() {
    static bool registered = false;
    if (!registered) {
        CacheRegisterSyscacheCallback(FOREIGNSERVEROID, on_catalog_change, Datum{0});
        CacheRegisterSyscacheCallback(USERMAPPINGOID, on_catalog_change, Datum{0});
        registered = true;
    }
    if (!cache().stale) return;
    cache().stale = false;
    // Scans under way keep their site; the gates live on with them.
    shield([](Report&) {
        cache().sites.clear();
        cache().gates.clear();
    });
    forget_outdated_answers();
}

}  // namespace

net::Transport& transport() {
    static net::Transport* held = nullptr;
    if (held == nullptr) {
        // The epoll descriptor and its timer stay for the backend's life.
        for (int i = 0; i < 2; i++) {
            if (!AcquireExternalFD()) {
                ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
                                errmsg("moodle_fdw found no free file descriptor"),
                                errhint("Raise the kernel's limit or lower "
                                        "max_files_per_process.")));
            }
        }
        shield([](Report&) {
            held =
                net::Transport::create("moodle_fdw/" MOODLE_FDW_VERSION " (PostgreSQL)").release();
        });
    }
    return *held;
}

const std::shared_ptr<moodle::Site>& site_for(Oid server_oid, Oid user) {
    forget_if_stale();
    UserMapping* mapping = mapping_of(server_oid, user);
    net::Transport& network = transport();
    auto known = cache().sites.find(mapping->umid);
    if (known != cache().sites.end()) return known->second;
    Wanted wanted;
    ForeignServer* server = GetForeignServer(server_oid);
    read_wanted(server, mapping, wanted);
    if (wanted.token == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
                        errmsg("the user mapping for moodle instance \"%s\" has no token",
                               wanted.instance)));
    }
    read_version(server_oid, wanted.gate);
    wanted.shared_gate = claim_shared_gate(server_oid, wanted.gate);
    const moodle::AnswerOwner owner = answer_owner(server, mapping);
    shield([&](Report& report) {
        std::shared_ptr<moodle::Site> site = build_site(wanted, server_oid, report);
        if (site == nullptr) return;
        site->transport = &network;
        site->answers = answers_of(owner, site->token);
        known = cache().sites.emplace(mapping->umid, std::move(site)).first;
    });
    return known->second;
}

ForeignServer* usable_server(const char* name) {
    ForeignServer* server = GetForeignServerByName(name, true);
    const bool ours = server != nullptr &&
                      strcmp(GetForeignDataWrapper(server->fdwid)->fdwname, "moodle_fdw") == 0;
    if (!ours) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("there is no moodle instance \"%s\"", name),
                        errhint("SELECT name FROM moodle_fdw.instances lists them; "
                                "moodle_fdw.add_instance() adds one.")));
    }
    if (moodle_server_usage(server->serverid) != ACLCHECK_OK) {
        aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FOREIGN_SERVER, name);
    }
    return server;
}

ServerSettings server_settings(Oid server_oid) {
    ForeignServer* server = GetForeignServer(server_oid);
    const char* on_error = find_option(server->options, "on_unit_error");
    const double ttl = option_number(server->options, "cache_ttl", 0);
    return {on_error != nullptr && strcmp(on_error, "skip") == 0,
            net::Milliseconds(static_cast<int64_t>(ttl)), find_option(server->options, "users_by")};
}

bool concurrency_limit(Oid server, int& limit, bool& shared) {
    const std::optional<int> of_all = shared_gate_limit(server);
    shared = of_all.has_value();
    if (shared) {
        limit = *of_all;
        return true;
    }
    const auto found = cache().gates.find(server);
    const auto gate = found != cache().gates.end() ? found->second.lock() : nullptr;
    if (gate == nullptr) return false;
    limit = gate->limit();
    return true;
}

int close_connections() {
    const int count = static_cast<int>(cache().sites.size());
    net::Transport& network = transport();
    shield([&](Report&) {
        cache().sites.clear();
        cache().gates.clear();
        network.close_idle();
    });
    return count;
}

}  // namespace moodle_fdw::pg
