package io.promoflow.deploy.console;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedPlatform;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Finds the platform that a command talks to: the one of a settings file, or the embedded one. */
final class Running {
  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "settings of a real platform (see deploy/conf/promoflow.yaml)")
  Path conf;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "data folder of the embedded platform (default: ${DEFAULT-VALUE})",
      defaultValue = "${sys:promoflow.home:-.}/.promoflow/demo")
  Path data;

  /** Settings with the addresses of the platform; refuses when there is none. */
  Settings settings() {
    if (conf != null) {
      if (!Files.isReadable(conf) || Files.isDirectory(conf)) {
        throw new SettingsException("--conf: " + conf + " is no file that can be read");
      }
      return Settings.load(new String[] {"--conf", conf.toString()}, System.getenv());
    }
    Map<String, String> notes =
        Files.isDirectory(data)
            ? new DataFolder(data).remembered(EmbeddedPlatform.NOTES)
            : Map.of();
    if (!notes.containsKey("kafka") || !alive(notes.get("pid"))) {
      throw new SettingsException(
          "no platform runs on "
              + data.toAbsolutePath().normalize()
              + "; start one with ./promoflow demo --keep, or name a real one with --conf FILE");
    }
    var found = new HashMap<String, String>();
    found.put(ConnectionOptions.KAFKA_SERVERS.key(), notes.get("kafka"));
    found.put(ConnectionOptions.POSTGRES_URL.key(), notes.get("postgres"));
    notes.forEach(
        (note, value) -> {
          if (note.startsWith(EmbeddedPlatform.SETTING)) {
            found.put(note.substring(EmbeddedPlatform.SETTING.length()), value);
          }
        });
    return Settings.of(found);
  }

  /** What the embedded platform noted about itself; empty for a real one. */
  Map<String, String> notes() {
    if (conf != null) {
      return Map.of();
    }
    var notes = new TreeMap<>(new DataFolder(data).remembered(EmbeddedPlatform.NOTES));
    notes.keySet().removeIf(note -> note.startsWith(EmbeddedPlatform.SETTING));
    return notes;
  }

  private static boolean alive(String pid) {
    return pid != null && ProcessHandle.of(Long.parseLong(pid)).isPresent();
  }
}
