// A thread for every connection at work: the HTTP library holds one for as long as a connection
// lives, and tests keep hundreds alive.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sim {

class GrowingPool : public httplib::TaskQueue {
  public:
    void enqueue(std::function<void()> job) override {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
        if (jobs_.size() > idle_ && threads_.size() < kMost) {
            threads_.emplace_back([this] { work(); });
        }
        more_.notify_one();
    }
    void shutdown() override {
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
        }
        more_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }

  private:
    static constexpr size_t kMost = 1000;  // select() ends at 1024 descriptors

    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            idle_++;
            more_.wait(lock, [this] { return ended_ || !jobs_.empty(); });
            idle_--;
            if (jobs_.empty()) return;
            const std::function<void()> job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            job();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable more_;
    std::deque<std::function<void()>> jobs_;
    std::vector<std::thread> threads_;
    size_t idle_ = 0;
    bool ended_ = false;
};

}  // namespace sim
