package io.promoflow.deploy.console;

import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.access.ApiKey;
import io.promoflow.serving.access.ApiKeys;
import io.promoflow.serving.access.Role;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** API keys of the decision server. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = {
      "API keys of the decision server.",
      "Servers ask for them when serving.http.api-keys is true."
    },
    subcommands = {KeysCommand.Create.class, KeysCommand.ListKeys.class, KeysCommand.Revoke.class})
public final class KeysCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.USAGE;
  }

  private static <T> T with(Running target, Function<ApiKeys, T> work) {
    var postgres = ConnectionOptions.from(target.settings()).postgres();
    Store.migrate(postgres, "serving");
    try (HikariDataSource pool = Store.open(postgres, 1)) {
      return work.apply(new ApiKeys(pool, Clock.systemUTC()));
    }
  }

  /** Makes one. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a key and prints its token, once.",
        "SHOP asks for decisions, redeems and sends events; RULE_AUTHOR changes rules; READER looks."
      })
  static final class Create implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Parameters(paramLabel = "NAME", description = "whose it is")
    private String name;

    @Option(
        names = "--role",
        required = true,
        split = ",",
        paramLabel = "ROLE",
        description = "what its holder may do: ${COMPLETION-CANDIDATES}; several by commas")
    private List<Role> roles;

    @Option(
        names = "--rate",
        paramLabel = "N",
        description = "requests per second and server (default: serving.http.rate-per-second)")
    private Integer rate;

    @Override
    public Integer call() {
      if (rate != null && rate < 1) {
        spec.commandLine().getErr().println("--rate must be 1 or more, is " + rate);
        return ExitCode.USAGE;
      }
      ApiKeys.Issued issued = with(target, keys -> keys.create(name, EnumSet.copyOf(roles), rate));
      PrintWriter out = spec.commandLine().getOut();
      out.println(issued.token());
      spec.commandLine()
          .getErr()
          .println("Key " + issued.key().id() + " is made; its token is not shown again.");
      return ExitCode.OK;
    }
  }

  /** What there is. */
  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists all keys.")
  static final class ListKeys implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      for (ApiKey key : with(target, ApiKeys::all)) {
        out.printf(
            "%s  %-20s  %s  made %s  %s%n",
            key.id(),
            key.name(),
            key.roles().stream().sorted().toList(),
            key.createdAt(),
            key.revokedAt() == null ? "good" : "revoked " + key.revokedAt());
      }
      return ExitCode.OK;
    }
  }

  /** Ends one. */
  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Ends a key for good; servers refuse it within serving.http.keys-refresh.")
  static final class Revoke implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Parameters(paramLabel = "ID", description = "of the key, as list shows it")
    private String id;

    @Override
    public Integer call() {
      if (!with(target, keys -> keys.revoke(id))) {
        spec.commandLine().getErr().println("there is no good key " + id);
        return ExitCode.SOFTWARE;
      }
      spec.commandLine().getOut().println("Key " + id + " is revoked.");
      return ExitCode.OK;
    }
  }
}
