package io.promoflow.evaluation.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** Keeps what a class logs, until it is closed. */
final class Said extends AbstractAppender implements AutoCloseable {
  private final List<String> lines = new ArrayList<>();
  private final Logger log;

  Said(Class<?> who) {
    super("said", null, null, true, Property.EMPTY_ARRAY);
    log = (Logger) LogManager.getLogger(who);
    start();
    log.addAppender(this);
  }

  /** Level and text of each message so far. */
  List<String> lines() {
    return lines;
  }

  @Override
  public void append(LogEvent event) {
    lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
  }

  @Override
  public void close() {
    log.removeAppender(this);
  }
}
