/**
 * When sources are pulled, and by whom where several daemons work on one database: one schedule in the database, of which each
 * slot is used once.
 */
package dev.caravan.schedule;
