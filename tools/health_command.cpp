#include <jellyfish/health_api.hpp>

#include "command.hpp"
#include "json_line.hpp"
#include "output.hpp"

#include <boost/asio/this_coro.hpp>

namespace tool {
namespace {

/// Returns the server's name of a status.
std::string server_name_of(const jellyfish::open_enum<jellyfish::health_status>& status) {
    switch (status) {
        case jellyfish::health_status::up:
            return "UP";
        case jellyfish::health_status::down:
            return "DOWN";
        case jellyfish::health_status::unknown:
            break;
    }
    return std::string(status.text());
}

std::string in_words(const jellyfish::open_enum<jellyfish::health_status>& status) {
    return status == jellyfish::health_status::down ? "down" : shown(server_name_of(status));
}

void print_report(const jellyfish::health_report& report) {
    std::vector<std::pair<std::string, std::string>> fields{
        {"status", shown(server_name_of(report.status))},
        {"uptime", std::to_string(report.uptime.count()) + " s"},
        {"version", shown(report.version)},
        {"commit", shown(report.git_commit)}};
    if (report.distribution_enabled) {
        fields.emplace_back("node", shown(server_name_of(report.node_status)));
        fields.emplace_back("nodes in cluster", std::to_string(report.nodes_in_cluster));
    }
    print_fields(fields);
}

json json_of_report(const jellyfish::health_report& report) {
    const json distribution = json_object()
                                  .add("enabled", report.distribution_enabled)
                                  .add("node_status", server_name_of(report.node_status))
                                  .add("nodes_in_cluster", report.nodes_in_cluster)
                                  .take();
    return json_object()
        .add("status", server_name_of(report.status))
        .add("uptime", report.uptime)
        .add("version", report.version)
        .add("git_commit", report.git_commit)
        .add("distribution", distribution)
        .take();
}

}  // namespace

asio::awaitable<void> check_health(const invocation& args) {
    jellyfish::health_api api{co_await asio::this_coro::executor, args.client};
    const auto report = co_await api.check();
    args.json ? print_line(json_of_report(report)) : print_report(report);
    if (report.status != jellyfish::health_status::up)
        throw std::runtime_error("the server reports that it is " + in_words(report.status));
}

}  // namespace tool
