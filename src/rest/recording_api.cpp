#include <jellyfish/recording_api.hpp>

#include "async/awaited.hpp"
#include "rest/client_impl.hpp"
#include "rest/file_content.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"

#include <tuple>

namespace jellyfish::detail {

operation<std::vector<std::string>> recording_api_base::get_list_operation() const {
    return call_operation<std::vector<std::string>>(impl_, timeout_, "", get_recordings_request,
                                                    reads(read_recordings));
}

operation<> recording_api_base::delete_recording_operation(std::string_view recording_id) const {
    return call_operation<>(
        impl_, timeout_, "",
        [id = std::string(recording_id)] { return delete_recording_request(id); }, nothing);
}

operation<content> recording_api_base::get_content_operation(std::string_view recording_id,
                                                             std::string_view filename) const {
    return call_operation<content>(
        impl_, timeout_, "",
        [id = std::string(recording_id), file = std::string(filename)] {
            return recording_content_request(id, file);
        },
        [](http::response response) { return std::tuple(content_of(std::move(response))); });
}

template JELLYFISH_DECL asio::awaitable<std::vector<std::string>> awaited(
    operation<std::vector<std::string>>, diagnostics*);
template JELLYFISH_DECL asio::awaitable<content> awaited(operation<content>, diagnostics*);

}  // namespace jellyfish::detail
