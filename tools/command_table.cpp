#include "command.hpp"

namespace tool {

namespace options = boost::program_options;

void add_text_option(options::options_description& to, const char* name, const char* value_name,
                     const char* help) {
    to.add_options()(name, options::value<std::string>()->value_name(value_name), help);
}

void add_flag(options::options_description& to, const char* name, const char* help) {
    to.add_options()(name, help);
}

const std::vector<command>& all_commands() {
    static const std::vector<command> all = [] {
        std::vector<command> out;
        for (const auto* group :
             {&room_commands(), &peer_commands(), &component_commands(), &sip_commands(),
              &recording_commands(), &health_commands(), &live_commands()})
            out.insert(out.end(), group->begin(), group->end());
        return out;
    }();
    return all;
}

}  // namespace tool
