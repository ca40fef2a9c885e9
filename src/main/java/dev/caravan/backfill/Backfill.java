package dev.caravan.backfill;

/**
 * An order as the ledger has it.
 *
 * @param id its number
 * @param order what is wanted
 * @param state how it stands, by the ledger; a run that died a moment ago still counts as running there
 * @param planned whether its windows stand in the ledger
 */
public record Backfill(int id, BackfillOrder order, BackfillState state, boolean planned) {}
