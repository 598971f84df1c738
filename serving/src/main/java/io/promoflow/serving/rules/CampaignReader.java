package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.schema.RuleSet.ContactCap;
import io.promoflow.ingestion.yaml.Block;
import io.promoflow.serving.RememberedOffers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the campaigns of a rule file and the contact caps over them. */
final class CampaignReader {
  private CampaignReader() {}

  /**
   * Periods by campaign.
   *
   * @param isNew whether tables must be able to hold them; else any that were in force are read
   */
  static Map<String, List<Period>> campaigns(Block top, boolean isNew) {
    var found = new HashMap<String, List<Period>>();
    for (Block block : top.rules("campaigns", "campaign", RuleShapes.CAMPAIGN.names())) {
      String id = block.requiredText("id");
      var periods = new ArrayList<Period>();
      for (Block period : RuleShapes.CAMPAIGN.blocks(block, "periods")) {
        var read = new Period(period.moment("from"), period.moment("until"));
        PromotionReader.checkPeriod(period, read.from(), read.until());
        if (isNew) {
          PromotionReader.checkYears(period, read.from(), read.until());
        }
        periods.add(read);
      }
      if (found.putIfAbsent(id, List.copyOf(periods)) != null) {
        block.problem("id", "is taken by another campaign", id);
      }
    }
    return found;
  }

  /**
   * Contact caps.
   *
   * @param isNew whether they must be such as can be kept; else any that were in force are read
   */
  static List<ContactCap> contactCaps(
      Block top, Map<String, List<Period>> campaigns, boolean isNew) {
    int most = isNew ? RememberedOffers.MOST_TIMES : Integer.MAX_VALUE;
    var found = new ArrayList<ContactCap>();
    for (Block block : top.blocks("contactCaps", RuleShapes.CONTACT_CAP.names())) {
      String campaign = block.text("campaign");
      if (campaign != null && !campaigns.containsKey(campaign)) {
        block.problem("campaign", "must name a campaign of this file", campaign);
      }
      for (String key : List.of("offers", "per")) {
        if (!block.has(key)) {
          block.problem(key, "must be given", null);
        }
      }
      Long offers = block.whole("offers", 1, most);
      Duration per = block.duration("per");
      if (offers != null && per != null) {
        found.add(new ContactCap(campaign, Math.toIntExact(offers), per.toMillis()));
      }
    }
    return List.copyOf(found);
  }
}
