package dev.caravan.backfill;

import dev.caravan.fetch.VendorRequest;

/**
 * A window of the ledger on its way to the vendor.
 *
 * @param id its number
 * @param place where it stands in the order of asking
 * @param window what is to be asked
 * @param request in which words
 */
public record PlannedWindow(long id, int place, Window window, VendorRequest request) {}
