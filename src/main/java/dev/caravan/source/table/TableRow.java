package dev.caravan.source.table;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A row of an answer.
 *
 * @param name the name of the member that it is; empty where it is an element of an array, or the whole answer
 * @param node what it holds
 */
record TableRow(String name, JsonNode node) {}
