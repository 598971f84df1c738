package io.promoflow.deploy.console;

import io.promoflow.deploy.platform.EmbeddedPlatform;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.replay.ReplayMapping;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.postgresql.PGConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Replays published data sets through the running platform and compares its counts with an
 * independent count: PostgreSQL's own CSV reader and plain SQL over the files, no code of ours.
 */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Replays published data sets and checks every count against SQL over the files.",
      "Runs on an embedded platform. Data sets that are not there are skipped and named."
    })
public final class VerifyCommand implements Callable<Integer> {

  /** One file: how it is laid out, and SQL that says what must become of each row. */
  private record Source(String file, String columns, String outcome) {}

  /** A data set: its mapping and its files. */
  private record DataSet(String mapping, String folder, List<Source> sources) {}

  private static final List<DataSet> DATA_SETS =
      List.of(
          new DataSet(
              "online-retail",
              "online_retail",
              List.of(
                  new Source(
                      "online_retail.csv.gz",
                      "invoice,stock,description,quantity,at,price,customer,country",
                      """
                      CASE WHEN coalesce(customer, '') = '' THEN 'rejected MISSING_SHOPPER_ID'
                           WHEN price::numeric < 0 OR quantity::numeric = 0 THEN 'rejected OUT_OF_RANGE'
                           WHEN quantity::numeric < 0 OR invoice LIKE 'C%' THEN 'accepted ORDER_CANCELLED'
                           ELSE 'accepted ORDER_PLACED' END"""))),
          new DataSet(
              "complete-journey",
              "completejourney",
              List.of(
                  new Source(
                      "transactions_sample.csv.gz",
                      "household,store,basket,product,quantity,sales,retail,coupon,matched,week,at",
                      """
                      CASE WHEN quantity::numeric = 0 THEN 'rejected OUT_OF_RANGE'
                           ELSE 'accepted ORDER_PLACED' END"""),
                  new Source(
                      "coupon_redemptions.csv",
                      "household,coupon,campaign,at",
                      "'accepted COUPON_REDEEMED'"))));

  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "FOLDER",
      defaultValue = "${sys:promoflow.home:-.}/../shared/data",
      description = "folder of the data sets (default: ${DEFAULT-VALUE})")
  private Path from;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      defaultValue = "${sys:promoflow.home:-.}/.promoflow/verify",
      description = "folder of the embedded platform; it is emptied first")
  private Path work;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
  private Path json;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    var report = new LinkedHashMap<String, Object>();
    boolean right = true;
    for (DataSet dataSet : DATA_SETS) {
      if (!present(dataSet)) {
        out.printf(
            "%s: SKIPPED, %s is not there%n", dataSet.mapping(), from.resolve(dataSet.folder()));
        report.put(dataSet.mapping(), "skipped");
        continue;
      }
      right &= verify(dataSet, out, report);
    }
    Report.write(json, report);
    return right ? 0 : 1;
  }

  private boolean present(DataSet dataSet) {
    return dataSet.sources().stream().allMatch(source -> Files.exists(file(dataSet, source)));
  }

  private Path file(DataSet dataSet, Source source) {
    return from.resolve(dataSet.folder()).resolve(source.file());
  }

  private boolean verify(DataSet dataSet, PrintWriter out, Map<String, Object> report)
      throws Exception {
    out.printf("%s: replaying through the platform%n", dataSet.mapping());
    out.flush();
    Path folder = work.resolve(dataSet.mapping());
    EmbeddedPlatform.removeEarlier(folder);
    // history of a year at full speed: weekly examples and hourly rows are enough to be counted
    var settings = Map.of("features.slide", "PT1H", "features.examples.every", "P7D");
    var plan = new EmbeddedPlatform.Plan(folder, Path.of("."), settings, false);
    try (var platform = EmbeddedPlatform.start(plan, step -> {})) {
      Postgres postgres = platform.connections().postgres();
      List<Path> files = dataSet.sources().stream().map(s -> file(dataSet, s)).toList();
      var outcome = ReplayCommand.replay(platform, ReplayMapping.load(dataSet.mapping()), files, 0);
      Map<String, Long> expected = expected(dataSet, postgres);
      Map<String, Long> counted = counted(postgres);
      var rows = new ArrayList<List<?>>();
      var names = new java.util.TreeSet<>(expected.keySet());
      names.addAll(counted.keySet());
      for (String name : names) {
        long want = expected.getOrDefault(name, 0L);
        long have = counted.getOrDefault(name, 0L);
        rows.add(List.of(name, want, have, want == have ? "equal" : "DIFFERENT"));
      }
      long late = Sql.number(postgres, "SELECT count(*) FROM features.late_events");
      rows.add(List.of("late events", 0L, late, late == 0 ? "equal" : "DIFFERENT"));
      boolean right = expected.equals(counted) && late == 0 && outcome.balanced();
      out.print(Report.table(List.of("what", "SQL over the files", "platform", ""), rows));
      out.printf(
          "%s: %s; %,d rows at %,.0f events per second%n",
          dataSet.mapping(),
          right ? "every row is accounted for, exactly" : "DOES NOT HOLD",
          outcome.sent().rows(),
          outcome.eventsPerSecond());
      out.flush();
      var figures = outcome.report();
      figures.put("expected", expected);
      figures.put("counted", counted);
      figures.put("lateEvents", late);
      figures.put("holds", right);
      report.put(dataSet.mapping(), figures);
      return right;
    }
  }

  /** What the platform counted, by outcome and event type or reason. */
  private static Map<String, Long> counted(Postgres postgres) throws SQLException {
    var counted = new TreeMap<String, Long>();
    Sql.rows(
        postgres,
        "SELECT outcome || ' ' || reason || event_type, sum(events) FROM ingestion.intake_counts"
            + " WHERE outcome IN ('accepted', 'rejected', 'duplicate') AND events > 0 GROUP BY 1",
        row -> counted.put(row.getString(1).strip(), row.getLong(2)));
    return counted;
  }

  /** What must become of the rows, by SQL over the files. */
  private Map<String, Long> expected(DataSet dataSet, Postgres postgres) throws Exception {
    var expected = new TreeMap<String, Long>();
    for (Source source : dataSet.sources()) {
      try (var connection = Sql.connect(postgres);
          var statement = connection.createStatement()) {
        String columns = source.columns().replace(",", " text, ") + " text";
        statement.execute("CREATE TEMP TABLE file (" + columns + ")");
        try (InputStream in = open(file(dataSet, source))) {
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn("COPY file FROM STDIN (FORMAT csv, HEADER true)", in);
        }
        try (var rows =
            statement.executeQuery(
                "SELECT " + source.outcome() + " AS outcome, count(*) FROM file GROUP BY 1")) {
          while (rows.next()) {
            expected.merge(rows.getString(1), rows.getLong(2), Long::sum);
          }
        }
      }
    }
    return expected;
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
  }
}
