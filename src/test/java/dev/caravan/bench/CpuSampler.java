package dev.caravan.bench;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The CPU time of a process and all that it starts, also of those that have ended meanwhile: looked at five times a second. */
final class CpuSampler implements AutoCloseable {
    private static final long EVERY_MILLIS = 200;

    private final ProcessHandle process;
    private final Map<Long, Duration> byProcess = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Duration before;

    CpuSampler(ProcessHandle process) {
        this.process = process;
        sample();
        this.before = sum();
        // What goes wrong in a sample ends the sampling, and the result would be too small by much.
        var sampling = clock.scheduleAtFixedRate(this::sample, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        if (sampling.isDone()) {
            throw new IllegalStateException("nothing is sampled");
        }
    }

    private void sample() {
        Stream.concat(Stream.of(process), process.descendants()).forEach(one -> one.info()
                .totalCpuDuration()
                .ifPresent(time -> byProcess.merge(one.pid(), time, (a, b) -> a.compareTo(b) > 0 ? a : b)));
    }

    private Duration sum() {
        return byProcess.values().stream().reduce(Duration.ZERO, Duration::plus);
    }

    /** Seconds of CPU since the beginning. */
    double seconds() {
        sample();
        return sum().minus(before).toMillis() / 1e3;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
