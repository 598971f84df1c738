package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.rules.RefusedException;
import io.promoflow.serving.rules.RuleBook;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What decision servers do by themselves every so often, now. */
@Command(
    name = "refresh",
    mixinStandardHelpOptions = true,
    description = {
      "Finds the products anew that promotions cover by their features (productsWhere).",
      "Makes a version only when a list has moved; decision servers do it by themselves, too."
    })
final class RuleRefreshCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Running target;

  @Option(names = "--author", defaultValue = "${sys:user.name}", description = "who does it")
  private String author;

  @Override
  public Integer call() {
    try (var book = RuleBook.open(ConnectionOptions.from(target.settings()), Clock.systemUTC())) {
      Optional<RuleSet> next = book.refreshProducts(author, Duration.ZERO);
      spec.commandLine()
          .getOut()
          .println(
              next.map(
                      rules ->
                          "Rule version %d is live: %s.".formatted(rules.version(), rules.note()))
                  .orElse("Nothing changes: the same products meet the conditions."));
      return ExitCode.OK;
    } catch (RefusedException e) {
      spec.commandLine().getErr().println("promoflow: " + e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }
}
