package dev.caravan.backfill;

import java.time.Duration;
import java.util.List;

/**
 * What an order would ask.
 *
 * @param source the source
 * @param windows each one request, in the order of asking
 * @param time how long they take at the account's permitted rate, were it used for nothing else
 * @param problem why the order cannot be carried out, or null
 */
public record DryRun(String source, List<Window> windows, Duration time, String problem) {}
