package io.promoflow.features;

import io.promoflow.features.aggregate.Aggregate;
import io.promoflow.features.aggregate.Count;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folds events into slices and adds slices up to windows, for one entity. An event is folded once,
 * whatever the number and size of windows; a window is the sum of its slices.
 *
 * <p>Keeps nothing between calls: the operator, a backfill and a test keep the slices where they
 * like.
 */
public final class FeatureEngine implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Entity entity;
  private final long slideMillis;
  private final List<Duration> windowList;
  private final Layout layout = new Layout();
  private final Windows windows;
  private final Reading reading;
  private final int orders;
  private final String version;
  private final FeatureJson json;

  /**
   * @param declarations of any entity; those of others are left out
   * @param windows each a multiple of the slide
   * @param slide length of a slice, and time between rows
   */
  public FeatureEngine(
      Entity entity, List<Declaration> declarations, List<Duration> windows, Duration slide) {
    this.entity = entity;
    this.windowList = windows.stream().sorted().distinct().toList();
    this.slideMillis = slide.toMillis();
    List<Declaration> own = declarations.stream().filter(d -> d.entity() == entity).toList();
    checkWindows(own);
    int[] columns = new int[own.size()];
    for (int i = 0; i < columns.length; i++) {
      Aggregate aggregate = own.get(i).aggregate();
      columns[i] =
          aggregate == null
              ? -1
              : layout.column(aggregate, own.get(i).events(), own.get(i).filter());
    }
    this.orders = layout.column(new Count(), EnumSet.of(ShopEventType.ORDER_PLACED), null);
    List<Duration> all = own.stream().anyMatch(Declaration::ever) ? andEver() : windowList;
    this.reading = new Reading(own, columns, all);
    this.windows = new Windows(layout, all, reading.used(layout.columns().size()));
    this.version = fingerprint(own + "|" + windowList + "|" + slide);
    this.json = new FeatureJson(reading.catalog());
  }

  /** The engine of shoppers. */
  public FeatureEngine(List<Declaration> declarations, List<Duration> windows, Duration slide) {
    this(Entity.SHOPPER, declarations, windows, slide);
  }

  private List<Duration> andEver() {
    return Stream.concat(windowList.stream(), Stream.of(Windows.EVER)).toList();
  }

  private void checkWindows(List<Declaration> own) {
    for (Duration window : windowList) {
      if (window.toMillis() % slideMillis != 0) {
        throw new IllegalArgumentException(
            "window "
                + window
                + " must be a multiple of the slide "
                + Duration.ofMillis(slideMillis));
      }
    }
    for (Declaration d : own) {
      if (!windowList.containsAll(d.windows())) {
        throw new IllegalArgumentException(
            "feature " + d.name() + ": windows " + d.windows() + " must be among " + windowList);
      }
    }
  }

  public Entity entity() {
    return entity;
  }

  /** Whether there is any feature of this entity. */
  public boolean isEmpty() {
    return reading.catalog().isEmpty();
  }

  /** Start of the slice that a moment falls in. */
  public long sliceOf(long millis) {
    return Math.floorDiv(millis, slideMillis) * slideMillis;
  }

  public long slideMillis() {
    return slideMillis;
  }

  /** Windows, shortest first. */
  public List<Duration> windows() {
    return windowList;
  }

  public long largestWindowMillis() {
    return windowList.get(windowList.size() - 1).toMillis();
  }

  /** Fingerprint of declarations, windows and slide. */
  public String version() {
    return version;
  }

  /** The features that vectors and rows hold, in the order of vectors. */
  public List<FeatureDescription> catalog() {
    return reading.catalog();
  }

  Layout layout() {
    return layout;
  }

  /** No slices. */
  public Slices newSlices() {
    return new Slices(layout);
  }

  /** Whether any feature looks at events of a type. */
  public boolean uses(ShopEventType type) {
    return layout.of(type) != null;
  }

  /** Whether every type that another engine looks at is one that this one looks at, too. */
  public boolean usesAllOf(FeatureEngine other) {
    return layout.types().containsAll(other.layout.types());
  }

  /** Folds an event into a slice. */
  public void fold(ShopEvent event, Slices slices, int slice) {
    if (slice < slices.to) {
      slices.totals = null;
    }
    for (Column column : layout.of(event.type())) {
      if (column.counts(event)) {
        column
            .aggregate()
            .add(slices.cells, slices.number(slice, column), slices.part(slice, column), event);
      }
    }
  }

  /** Slides the windows on to a later boundary; says whether any of them changed. */
  public boolean slideTo(long boundary, Slices slices) {
    return windows.slideTo(boundary, slices);
  }

  /** The features at the boundary that the windows stand at. */
  public FeatureVector vector(String key, Slices slices) {
    return reading.vector(key, slices.boundary, slices.totals, windows, layout);
  }

  /** The features at any boundary, built from the slices; the windows stay where they are. */
  public FeatureVector vectorAt(long boundary, String key, Slices slices) {
    return reading.vector(key, boundary, windows.at(boundary, slices), windows, layout);
  }

  /** The next boundary at which a window changes; {@code Long.MAX_VALUE} when none does. */
  public long nextChange(Slices slices) {
    return windows.nextChange(slices, slideMillis);
  }

  /** Boundaries in {@code [first, last]} at which a window changes or changed. */
  public long[] changes(Slices slices, long first, long last) {
    return windows.changes(slices, first, last, slideMillis);
  }

  /** The boundary that the windows stand at; long ago before the first. */
  public long boundary(Slices slices) {
    return Math.max(slices.boundary, Long.MIN_VALUE / 2);
  }

  /** Makes the windows stand at a boundary, to be built when they are needed. */
  public void standAt(long boundary, Slices slices) {
    slices.totals = null;
    slices.boundary = Math.max(slices.boundary, boundary);
  }

  /** Whether any slice starts in {@code [from, until)}. */
  public boolean anySlice(Slices slices, long from, long until) {
    return slices.firstFrom(from) < slices.firstFrom(until);
  }

  /** Whether an order was placed in a slice that starts in {@code [from, until)}. */
  public boolean ordered(Slices slices, long from, long until) {
    Column column = layout.column(orders);
    int last = slices.firstFrom(until);
    for (int i = slices.firstFrom(from); i < last; i++) {
      if (slices.cells.numbers[slices.number(i, column)] > 0) {
        return true;
      }
    }
    return false;
  }

  /** Start of the first slice at or after a moment; {@code Long.MAX_VALUE} when there is none. */
  public long firstSliceFrom(Slices slices, long start) {
    int index = slices.firstFrom(start);
    return index < slices.end ? slices.starts[index] : Long.MAX_VALUE;
  }

  /** Start of the last slice. */
  public long lastSlice(Slices slices) {
    return slices.starts[slices.end - 1];
  }

  /**
   * Drops what is needed no more.
   *
   * @param slicesBefore slices that start earlier go
   * @param idsBefore slices that start earlier forget which events they hold
   */
  public void drop(Slices slices, long slicesBefore, long idsBefore) {
    slices.forget(idsBefore);
    windows.evict(slicesBefore, slices);
  }

  /** Whether some feature never forgets, so that an event counts at every later boundary. */
  public boolean lasts() {
    return windows.last();
  }

  /** Whether anything is remembered of a key without slices. */
  public boolean remembers(Slices slices) {
    return windows.last() && slices.gone != null;
  }

  /** A vector with names, as other rooms read it. */
  public FeatureRow row(FeatureVector vector) {
    var values = new HashMap<String, Double>();
    var categories = new HashMap<String, String>();
    for (int i = 0; i < catalog().size(); i++) {
      String name = catalog().get(i).name();
      if (vector.categories()[i] != null) {
        categories.put(name, vector.categories()[i]);
      } else if (!Double.isNaN(vector.values()[i])) {
        values.put(name, vector.values()[i]);
      }
    }
    return new FeatureRow(
        vector.key(), Instant.ofEpochMilli(vector.asOf()), values, categories, version);
  }

  /** A vector as topic and tables hold it. */
  public WrittenRow written(FeatureVector vector) {
    return new WrittenRow(
        entity.word(),
        vector.key(),
        Instant.ofEpochMilli(vector.asOf()),
        json.values(vector),
        json.categories(vector),
        version);
  }

  private static String fingerprint(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }
}
