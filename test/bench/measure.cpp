#include "measure.hpp"

#include <cstdlib>
#include <ctime>
#include <malloc.h>
#include <new>

namespace {

thread_local std::uint64_t allocated = 0;
thread_local std::int64_t held = 0;

void* counted(void* memory) {
    held += static_cast<std::int64_t>(malloc_usable_size(memory));
    return memory;
}

void release(void* memory) {
    held -= static_cast<std::int64_t>(malloc_usable_size(memory));
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

std::int64_t bytes_held() noexcept { return held; }

std::chrono::nanoseconds cpu_time() noexcept {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace jellyfish::bench
