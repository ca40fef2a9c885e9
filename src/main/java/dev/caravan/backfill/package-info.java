/**
 * History: what is to be asked of it (stretches, windows), how far each order has come (the ledger), and what is there and
 * what is not (coverage, gaps, calendars).
 */
package dev.caravan.backfill;
