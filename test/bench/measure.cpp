#include "measure.hpp"

#include "system_calls.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <malloc.h>
#include <new>
#include <sched.h>
#include <utility>

namespace {

thread_local std::uint64_t allocated = 0;
thread_local std::int64_t held = 0;
thread_local bool holding = false;

void* counted(void* memory) {
    if (holding) held += static_cast<std::int64_t>(malloc_usable_size(memory));
    return memory;
}

void release(void* memory) {
    if (holding) held -= static_cast<std::int64_t>(malloc_usable_size(memory));
    std::free(memory);
}

void* allocate(std::size_t size) {
    ++allocated;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return counted(memory);
    throw std::bad_alloc();
}

void* allocate(std::size_t size, std::align_val_t alignment) {
    ++allocated;
    const auto a = static_cast<std::size_t>(alignment);
    if (void* memory = std::aligned_alloc(a, (size + a - 1) / a * a)) return counted(memory);
    throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return allocate(size, alignment);
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

namespace jellyfish::bench {

std::uint64_t allocations() noexcept { return allocated; }

std::uint64_t system_calls() noexcept { return counted_system_calls; }

std::int64_t bytes_held() noexcept {
    holding = true;
    return held;
}

std::chrono::nanoseconds cpu_time() noexcept {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

costs median(const std::vector<costs>& results) {
    const auto of = [&](auto costs::*figure) {
        std::vector<costs> sorted = results;
        std::ranges::nth_element(sorted, sorted.begin() + std::ssize(sorted) / 2, {}, figure);
        return sorted[sorted.size() / 2].*figure;
    };
    return {of(&costs::elapsed), of(&costs::cpu), of(&costs::allocations), of(&costs::system_calls),
            of(&costs::messages)};
}

std::string argument(int count, char** arguments, std::string_view key, std::string otherwise) {
    for (int i = 1; i < count; ++i) {
        const std::string_view each = arguments[i];
        if (each.starts_with(key) && each.substr(key.size()).starts_with('='))
            return std::string(each.substr(key.size() + 1));
    }
    return otherwise;
}

void use_processor(int number) {
    static const cpu_set_t allowed = [] {
        cpu_set_t all;
        CPU_ZERO(&all);
        (void)sched_getaffinity(0, sizeof all, &all);
        return all;
    }();
    if (CPU_COUNT(&allowed) <= number) return;
    int chosen = 0;
    for (int passed = 0; !CPU_ISSET(chosen, &allowed) || passed++ < number;)
        ++chosen;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(chosen, &one);
    (void)sched_setaffinity(0, sizeof one, &one);
}

}  // namespace jellyfish::bench
