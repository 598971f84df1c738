package io.promoflow.features.flink;

import io.promoflow.features.FeatureDescription;
import io.promoflow.features.FeatureEngine;
import io.promoflow.features.FeatureVector;
import io.promoflow.features.aggregate.Hash;
import io.promoflow.features.health.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Profiles the rows of one subtask, where they are made, and hands a day's profiles on when the
 * watermark has passed it. Not keyed: a row would have to travel once per feature.
 *
 * <p>A row belongs to the day in which its windows end, midnight being the end of a day. A row that
 * corrects a day that is over is left out.
 */
final class DailyProfiles extends AbstractStreamOperator<DayProfile>
    implements OneInputStreamOperator<FeatureVector, DayProfile> {
  private static final long serialVersionUID = 1L;
  private static final long DAY_MILLIS = 86_400_000;

  private final String entity;
  private final List<FeatureDescription> catalog;

  private transient ListState<DayProfile> saved;
  private transient TreeMap<Long, Profile[]> days;
  private transient long closed;

  DailyProfiles(FeatureEngine engine) {
    this.entity = engine.entity().word();
    this.catalog = List.copyOf(engine.catalog());
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    saved =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("days", TypeInformation.of(DayProfile.class)));
    days = new TreeMap<>();
    closed = Long.MIN_VALUE;
    var names = catalog.stream().map(FeatureDescription::name).toList();
    for (DayProfile part : saved.get()) {
      int feature = names.indexOf(part.feature());
      if (feature >= 0) {
        profiles(part.day())[feature].merge(part.profile());
      }
    }
  }

  private Profile[] profiles(long day) {
    return days.computeIfAbsent(
        day, d -> catalog.stream().map(f -> new Profile()).toArray(Profile[]::new));
  }

  @Override
  public void processElement(StreamRecord<FeatureVector> element) {
    FeatureVector row = element.getValue();
    long day = Math.floorDiv(row.asOf() - 1, DAY_MILLIS);
    if (day < closed) {
      return;
    }
    Profile[] profiles = profiles(day);
    for (int i = 0; i < profiles.length; i++) {
      if (row.categories()[i] != null) {
        profiles[i].addKey(Hash.of(row.categories()[i]), row.asOf());
      } else if (Double.isNaN(row.values()[i])) {
        profiles[i].addMissing();
      } else {
        profiles[i].add(row.values()[i], row.asOf());
      }
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    long open = Math.floorDiv(Math.min(mark.getTimestamp(), Long.MAX_VALUE - 1) + 1, DAY_MILLIS);
    while (!days.isEmpty() && days.firstKey() < open) {
      var day = days.pollFirstEntry();
      for (DayProfile part : parts(day.getKey(), day.getValue())) {
        output.collect(new StreamRecord<>(part, (day.getKey() + 1) * DAY_MILLIS - 1));
      }
    }
    closed = Math.max(closed, open);
    super.processWatermark(mark);
  }

  private List<DayProfile> parts(long day, Profile[] profiles) {
    var parts = new ArrayList<DayProfile>();
    for (int i = 0; i < profiles.length; i++) {
      parts.add(DayProfile.of(entity, catalog.get(i).name(), day, profiles[i]));
    }
    return parts;
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    var all = new ArrayList<DayProfile>();
    days.forEach((day, profiles) -> all.addAll(parts(day, profiles)));
    saved.update(all);
  }
}
