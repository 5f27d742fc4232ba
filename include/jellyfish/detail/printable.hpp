#pragma once

#include <concepts>
#include <ostream>
#include <type_traits>
#include <variant>

namespace jellyfish {
namespace detail {

/// What `library_of()` returns for types of this library.
struct this_library {};

/// `std::variant`, or a class of this library that derives from one.
template <class T>
concept variant_like = requires {
    std::variant_size<T>::value;
};

}  // namespace detail

/// @cond
// Found by argument-dependent lookup.
template <class T>
detail::this_library library_of(const T*);

namespace fishjam {
using jellyfish::library_of;
}
/// @endcond

namespace detail {

void library_of();  // Hides the one above from ordinary lookup.

/// A class or enumeration of this library that has `<<`.
template <class T>
concept printable = (std::is_class_v<T> || std::is_enum_v<T>)&&!variant_like<T> &&
                    !requires(const T& value) {
    *value;
}
&&  // A pointer to a type of this library.
    requires(const T& value, std::ostream& out) {
    { library_of(&value) } -> std::same_as<this_library>;
    { out << value } -> std::same_as<std::ostream&>;
};

}  // namespace detail
}  // namespace jellyfish
