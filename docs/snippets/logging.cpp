// The code blocks of docs/how_to/logging.md that use spdlog.
#include <jellyfish/fmt.hpp>
#include <jellyfish/jellyfish.hpp>

#include <memory>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sstream>
#include <string_view>
#include <utility>

namespace {

jellyfish::logger log_to(std::shared_ptr<spdlog::logger> target) {
    return [target = std::move(target)](jellyfish::log_level level, std::string_view text) {
        switch (level) {
            case jellyfish::log_level::debug:
                return target->debug(text);
            case jellyfish::log_level::info:
                return target->info(text);
            case jellyfish::log_level::warning:
                return target->warn(text);
            case jellyfish::log_level::error:
                return target->error(text);
        }
    };
}

void log_notification(spdlog::logger& target, const jellyfish::notification& notification) {
    target.info("received {}", notification);
}

}  // namespace

int main() {
    std::ostringstream lines;
    const auto target = std::make_shared<spdlog::logger>(
        "jellyfish", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines));
    target->set_pattern("%l: %v");
    const jellyfish::logger log = log_to(target);
    log(jellyfish::log_level::debug, "not printed at the default level");
    log(jellyfish::log_level::warning, "50% of {braces}");
    log_notification(*target, jellyfish::room_created{"a"});
    const bool good =
        lines.str() == "warning: 50% of {braces}\ninfo: received room_created{room_id: \"a\"}\n";
    return good ? 0 : 1;
}
