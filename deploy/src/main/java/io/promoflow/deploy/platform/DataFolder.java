package io.promoflow.deploy.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that the embedded platform keeps: broker log, database, checkpoints, ports, logs. The
 * ports are remembered, so that a restart after a crash finds the same servers.
 *
 * <p>One process at a time may claim a folder. The claim is a file lock, so it ends with the
 * process however that ends.
 */
public final class DataFolder {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final String LOCK = "lock";
  private static final int FIRST_PORT = 12_000;
  private static final int LAST_PORT = 32_000;
  private static final int PORTS_TRIED = 1_000;
  private static final Map<Path, FileChannel> CLAIMED = new ConcurrentHashMap<>();

  private final Path root;

  public DataFolder(Path root) {
    this.root = root.toAbsolutePath().normalize();
    create(this.root);
  }

  public Path root() {
    return root;
  }

  /** A sub-folder, made when absent. */
  public Path folder(String name) {
    return create(root.resolve(name));
  }

  /** A fresh, empty sub-folder: what an earlier, killed process left is removed. */
  public Path emptyFolder(String name) {
    Path folder = root.resolve(name);
    delete(folder);
    return create(folder);
  }

  /** Makes the folder this process's own; refuses when another one runs on it. */
  public void claim() {
    CLAIMED.computeIfAbsent(root, DataFolder::lock);
  }

  /** Gives the folder free. */
  void release() {
    try (FileChannel held = CLAIMED.remove(root)) {
      // closing the channel ends the lock
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileChannel lock(Path root) {
    try {
      var channel =
          FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new IllegalStateException(
            "another platform runs on " + root + "; stop it, or name another folder with --data");
      }
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + root, e);
    }
  }

  /** Removes everything that an earlier run left; refuses when another process runs on it. */
  public void wipe() {
    claim();
    try (var children = Files.list(root)) {
      children.filter(child -> !child.endsWith(LOCK)).forEach(DataFolder::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port of a server: the one it had before, else a free one, remembered from now on. */
  public int port(String server) {
    var ports = remembered("ports");
    String known = ports.get(server);
    if (known != null) {
      return Integer.parseInt(known);
    }
    int port = freePort();
    ports.put(server, Integer.toString(port));
    remember("ports", ports);
    return port;
  }

  /** Key-value notes by file name, empty when there are none. */
  public Map<String, String> remembered(String name) {
    var found = new TreeMap<String, String>();
    Path file = root.resolve(name + ".properties");
    if (Files.exists(file)) {
      try (var reader = Files.newBufferedReader(file)) {
        var properties = new Properties();
        properties.load(reader);
        properties.forEach((k, v) -> found.put(k.toString(), v.toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /** Writes notes whole: a crash leaves the old ones or the new ones. */
  public void remember(String name, Map<String, String> notes) {
    Path file = root.resolve(name + ".properties");
    Path next = root.resolve(name + ".properties.next");
    try (var writer = Files.newBufferedWriter(next)) {
      var properties = new Properties();
      properties.putAll(notes);
      properties.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A port that nobody listens at, below those that the system gives to outgoing connections: one
   * of these could take it before the server is up.
   */
  static int freePort() {
    for (int i = 0; i < PORTS_TRIED; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        LOG.debug("port {} is taken", port);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException(
        "no free port found between " + FIRST_PORT + " and " + LAST_PORT);
  }

  private static Path create(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder with all that is in it, if it is there. */
  public static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
