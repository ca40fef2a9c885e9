package dev.caravan.source;

import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A vendor on loopback that gives a source's answers, rightly or not, and remembers which it gave. */
final class PlayedVendor implements AutoCloseable {
    private final LoopbackVendor door;
    private final List<Given> given = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final AtomicLong longestNanos = new AtomicLong();

    /**
     * An answer that was given.
     *
     * @param asked the request
     * @param right whether it was the right answer
     */
    record Given(Asked asked, boolean right) {}

    /** Listens on a free port; it answers nothing before it is told what to play. */
    PlayedVendor() {
        door = LoopbackVendor.start(asked -> Reply.of(404, "nothing is played"));
    }

    /** Gives right answers from now on, and forgets what was asked. */
    void play(Function<Asked, Reply> answers) {
        play(answers, UnaryOperator.identity(), (number, asked) -> false);
    }

    /**
     * Spoils some answers from now on, and forgets what was asked.
     *
     * @param answers the right answers
     * @param spoil makes a wrong answer of a right one
     * @param hit which requests it hits: different ones are numbered from 0 as they come, a repeated one has its number
     */
    void play(Function<Asked, Reply> answers, UnaryOperator<Reply> spoil, BiPredicate<Integer, Asked> hit) {
        synchronized (numbers) {
            numbers.clear();
        }
        given.clear();
        longestNanos.set(0);
        door.answer(asked -> {
            Reply right = answers.apply(asked);
            Reply reply = hit.test(number(asked.target()), asked) ? spoil.apply(right) : right;
            given.add(new Given(asked, reply.equals(right)));
            longestNanos.accumulateAndGet(System.nanoTime() - asked.arrivedNanos(), Math::max);
            return reply;
        });
    }

    private int number(String target) {
        synchronized (numbers) {
            return numbers.computeIfAbsent(target, added -> numbers.size());
        }
    }

    /** The requests so far, as they came. */
    List<Asked> asked() {
        return door.asked();
    }

    /** The different requests that got the right answer, or did not. */
    List<String> targets(boolean right) {
        return given.stream()
                .filter(one -> one.right() == right)
                .map(one -> one.asked().target())
                .distinct()
                .toList();
    }

    /** The different requests that got the right answer. */
    List<Asked> answered() {
        Map<String, Asked> answered = new HashMap<>();
        given.stream()
                .filter(Given::right)
                .forEach(one -> answered.put(one.asked().target(), one.asked()));
        return List.copyOf(answered.values());
    }

    /** When each request came, on the clock of {@link System#nanoTime}, sorted. */
    long[] arrivals() {
        return door.asked().stream().mapToLong(Asked::arrivedNanos).sorted().toArray();
    }

    /** The longest that a request waited for its answer, in nanoseconds. */
    long longestNanos() {
        return longestNanos.get();
    }

    /** The base URL. */
    String url() {
        return door.url();
    }

    @Override
    public void close() {
        door.close();
    }
}
