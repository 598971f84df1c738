package io.promoflow.serving.ledger.bench;

/**
 * What the stress found; the first six must be 0.
 *
 * @param overspentCents spent beyond budgets
 * @param capBreaches redemptions beyond stocks and caps
 * @param otherAnswers retries that were answered differently
 * @param lostAnswers promotions of which clients were told another spend than the rows say
 * @param wrongSums promotions whose sums are not those of their rows
 * @param lostUnspent of bounded budgets and stocks (cents and units), neither spent, nor leased,
 *     nor promised at the end, though there was demand
 * @param unspent of bounded budgets and stocks, cents and units: outstanding leases and promises
 * @param redemptions asked for
 * @param answers settlements that clients got, retries not counted
 * @param settlements rows of them
 * @param unknown promises that were redeemed before any row told of them
 * @param kills of servers and of the database
 * @param seconds that it took, kills included
 */
public record StressReport(
    long overspentCents,
    long capBreaches,
    long otherAnswers,
    long lostAnswers,
    long wrongSums,
    long lostUnspent,
    long unspent,
    long redemptions,
    long answers,
    long settlements,
    long unknown,
    int kills,
    double seconds) {

  /** Whether nothing was overspent, breached, answered twice or lost. */
  public boolean holds() {
    return overspentCents == 0
        && capBreaches == 0
        && otherAnswers == 0
        && lostAnswers == 0
        && wrongSums == 0
        && lostUnspent == 0;
  }
}
