#include "failure_text.hpp"

#include "exit_status.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tool {
namespace {

using jellyfish::errc;

constexpr const char* check_the_server =
    "is this a Jellyfish or Fishjam server? Check --address, its path prefix, and --secure "
    "(JELLYFISH_SERVER_ADDRESS, JELLYFISH_SECURE)";

/// What a user can do about failures.
const std::pair<std::vector<errc>, std::string_view> advice[] = {
    {{errc::invalid_address},
     "check --address or JELLYFISH_SERVER_ADDRESS, or --fishjam-id or FISHJAM_ID"},
    {{errc::resolve_failed, errc::connect_failed, errc::connect_timeout},
     "check --address or JELLYFISH_SERVER_ADDRESS, or --fishjam-id or FISHJAM_ID, and that the "
     "server is running"},
    {{errc::tls_configuration}, "check --ca-file or JELLYFISH_CA_FILE"},
    {{errc::tls_handshake_failed},
     "use --secure or --ca-file (JELLYFISH_SECURE, JELLYFISH_CA_FILE) only if the server's port "
     "speaks TLS"},
    {{errc::certificate_untrusted},
     "set --ca-file or JELLYFISH_CA_FILE to the CA that issued the server's certificate"},
    {{errc::certificate_expired},
     "renew the server's certificate, or correct this machine's clock"},
    {{errc::certificate_host_mismatch},
     "use a host name in --address that the server's certificate lists"},
    {{errc::unauthorized, errc::authentication_refused},
     "set JELLYFISH_SERVER_API_TOKEN, FISHJAM_MANAGEMENT_TOKEN or --token to the server's token"},
    {{errc::upgrade_refused, errc::malformed_upgrade, errc::unexpected_message,
      errc::websocket_protocol, errc::malformed_message, errc::unexpected_status,
      errc::malformed_response},
     check_the_server},
    {{errc::timeout}, "raise --timeout, or try again later"},
    {{errc::connection_lost},
     "is this a Jellyfish or Fishjam server? Use --secure if its port requires TLS; otherwise try "
     "again "
     "later"},
    {{errc::closed_by_server, errc::idle_timeout, errc::authentication_timeout,
      errc::service_unavailable},
     "try again later"},
    {{errc::not_supported},
     "--address selects a Jellyfish server, --fishjam-id or FISHJAM_ID selects Fishjam"},
    {{errc::quota_exceeded}, "delete rooms and peers that are not needed, or raise the quota"},
    {{errc::conflict}, "see the server's message"},
    {{errc::server_error},
     "see the server's log: it may be starting or stopping, or the room may have crashed"},
    {{errc::not_found},
     "it may have been deleted; in a cluster, --address must name the node that hosts the room"},
};

/// The program's names for the library's options, arguments and operations.
constexpr std::pair<std::string_view, std::string_view> names[] = {
    {"server_address", "--address or JELLYFISH_SERVER_ADDRESS"},
    {"fishjam_id", "--fishjam-id or FISHJAM_ID"},
    {"server_api_token", "the token in --token or JELLYFISH_SERVER_API_TOKEN"},
    {"secure", "--secure"},
    {"ca_file", "--ca-file or JELLYFISH_CA_FILE"},
    {"request_timeout", "--timeout"},
    {"connect_timeout", "--timeout"},
    {"access_key_id", "AWS_ACCESS_KEY_ID"},
    {"secret_access_key", "AWS_SECRET_ACCESS_KEY"},
    {"room_id", "ROOM"},
    {"peer_id", "PEER"},
    {"component_id", "COMPONENT"},
    {"recording_id", "RECORDING"},
    {"phone_number", "NUMBER"},
    {"stream_id", "STREAM"},
    {"streamer_id", "STREAMER"},
    {"viewer_id", "VIEWER"},
    {"other_peer_id", "OTHER"},
    {"track_ids", "TRACK"},
    {"composition_url", "URL"},
    {"output_id", "OUTPUT"},
    {"audio_sample_rate", "--sample-rate"},
    {"api_key", "VAPI_API_KEY"},
    {"filename", "FILENAME"},
    {"retry_first_connect", "--wait"},
    {"max_message_size", "the size limit"},
    {"max_response_size", "the size limit"},
    {"sip_dial", "sip dial"},
};

/// The end of a function's name.
constexpr std::string_view call = "()";

constexpr bool is_of_name(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':';
}

/// Whether a name between two characters is a name of the library, not part of a path, a flag or a
/// value.
constexpr bool stands_alone(char before, char behind) noexcept {
    constexpr std::string_view parts = "/.-='\"@";
    return parts.find(before) == parts.npos &&
           parts.find(behind == '.' ? ' ' : behind) == parts.npos;
}

std::string with(std::string_view text, char from, char to) {
    std::string out(text);
    std::ranges::replace(out, from, to);
    return out;
}

std::string name_here(std::string_view word, std::span<const std::string> options) {
    const auto last = word.rfind("::");
    const bool is_function = word.ends_with(call);
    // Such as `client_options::secure`, not an IPv6 address.
    const bool qualified =
        is_function || (last != word.npos && word.substr(0, last).find('_') != word.npos);
    std::string_view name = last != word.npos && qualified ? word.substr(last + 2) : word;
    if (is_function) name.remove_suffix(call.size());
    if (!qualified && name.find('_') == name.npos && name != "filename") return std::string(word);
    std::string flag = with(name, '_', '-');
    if (std::ranges::find(options, flag) != options.end()) return "--" + flag;
    // The id of the room to create.
    if (name == "room_id" && std::ranges::find(options, "id") != options.end()) return "--id";
    for (const auto& [library, here] : names) {
        if (name == library) return std::string(here);
    }
    return qualified ? with(name, '_', ' ') : std::string(word);
}

}  // namespace

std::string translated(std::string_view text, std::span<const std::string> options) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_of_name(text[end]))
            ++end;
        while (end > at && text[end - 1] == ':')
            --end;  // Punctuation.
        if (end > at && text.substr(end).starts_with(call)) end += call.size();
        if (end == at) {
            out += text[at++];
            continue;
        }
        const std::string_view word = text.substr(at, end - at);
        const bool alone =
            stands_alone(at == 0 ? ' ' : text[at - 1], end == text.size() ? ' ' : text[end]);
        out += alone ? name_here(word, options) : std::string(word);
        at = end;
    }
    return out;
}

std::string text_of(const boost::system::error_code& code) {
    std::string text = code.message();
    // Omits the advice, which is for programmers.
    if (code.category() == jellyfish::error_category())
        text.resize(std::min(text.find(" ("), text.size()));
    return text;
}

std::string text_of(const jellyfish::error& failure, std::span<const std::string> options) {
    const jellyfish::diagnostics& info = failure.info();
    std::string text = translated(info.operation, options);
    if (!info.address.empty()) {
        if (!text.empty()) text += ' ';
        text.append("(").append(info.address).append(")");
    }
    if (!text.empty()) text += ": ";
    text += text_of(failure.code());
    if (info.status != 0) text.append("; status ").append(std::to_string(info.status));
    if (!info.server_message.empty()) text.append("; server message: ").append(info.server_message);
    if (!info.detail.empty()) text.append("; ").append(translated(info.detail, options));
    return text;
}

std::string advice_for(const jellyfish::error& failure) {
    if (status_of(failure) == exit_status::outcome_unknown)
        return "check the server's state with 'jellyfish room list' before you repeat this";
    if (is_of_another_server(failure)) return check_the_server;
    if (failure.code() == errc::upgrade_refused && status_of(failure) == exit_status::failed)
        return "try again later";
    for (const auto& [codes, text] : advice) {
        for (const errc each : codes)
            if (failure.code() == each) return std::string(text);
    }
    return {};
}

}  // namespace tool
