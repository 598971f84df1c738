/** What happens on every slide of the event-time clock: plan, fit, judge, publish, record. */
package io.promoflow.models.training;
