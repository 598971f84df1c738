package io.promoflow.deploy.bench;

import java.util.Map;

/**
 * What a side found; one line of JSON between the processes.
 *
 * @param figure in the row's unit: a rate, or a cost
 * @param cpuSeconds of the whole process in the measured part
 * @param checksum of the answer, whatever the order of its rows
 * @param more for people: events, seconds, rows
 */
public record SideResult(
    double figure, double cpuSeconds, String checksum, Map<String, Double> more) {}
