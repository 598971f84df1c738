package io.promoflow.deploy.console;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedKafka;
import io.promoflow.deploy.platform.EmbeddedPlatform;
import io.promoflow.deploy.platform.EmbeddedStore;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Broker and store without jobs, for trying a Flink cluster on one machine. */
@Command(
    name = "servers",
    mixinStandardHelpOptions = true,
    description = {
      "Runs Kafka and PostgreSQL alone, for trying the jobs on a Flink of your own.",
      "Writes their addresses to promoflow.yaml in the data folder, for --conf."
    })
public final class ServersCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServersCommand.class);

  @Spec private CommandSpec spec;

  @CommandLine.Option(
      names = "--data",
      paramLabel = "FOLDER",
      defaultValue = "${sys:promoflow.home:-.}/.promoflow/servers",
      description = "folder that keeps broker log and database (default: ${DEFAULT-VALUE})")
  private Path data;

  @CommandLine.Option(names = "--fresh", description = "remove what an earlier run left")
  private boolean fresh;

  @CommandLine.Option(names = "--topics", description = "create the topics that are missing")
  private boolean topics;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (fresh) {
      EmbeddedPlatform.removeEarlier(data);
    }
    var folder = new DataFolder(data);
    folder.claim();
    var kafka = EmbeddedKafka.start(folder);
    var store = EmbeddedStore.start(folder);
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> close(stopped, store, kafka), "promoflow-stop"));
    Path file = folder.root().resolve("promoflow.yaml");
    Files.writeString(file, settings(kafka, store));
    if (topics) {
      var settings = Settings.load(new String[] {"--conf", file.toString()}, System.getenv());
      kafka.createTopics(ConnectionOptions.from(settings).topics());
    }
    out.println("Kafka:      " + kafka.servers());
    out.println("PostgreSQL: " + store.postgres().url());
    out.println("Settings:   " + file);
    out.println("The servers stay up; press Ctrl-C to end them.");
    out.flush();
    stopped.await();
    return 0;
  }

  private static String settings(EmbeddedKafka kafka, EmbeddedStore store) {
    return line(ConnectionOptions.KAFKA_SERVERS, kafka.servers())
        + line(ConnectionOptions.POSTGRES_URL, store.postgres().url())
        + line(ConnectionOptions.POSTGRES_USER, store.postgres().user())
        + line(ConnectionOptions.POSTGRES_PASSWORD, store.postgres().password());
  }

  private static String line(Option<?> option, String value) {
    return option.key() + ": \"" + value + "\"\n";
  }

  private static void close(CountDownLatch stopped, AutoCloseable... servers) {
    for (AutoCloseable server : servers) {
      try {
        server.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly", server.getClass().getSimpleName(), e);
      }
    }
    stopped.countDown();
  }
}
