package io.tidemark.build;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// The walls of the house: who may name whom.
@AnalyzeClasses(packages = "io.tidemark", importOptions = ImportOption.DoNotIncludeTests.class)
final class WallsTest {
  private static final String OURS = "io.tidemark..";

  @ArchTest static final ArchRule foundationStandsAlone = mayNameOfOurs("foundation");

  @ArchTest static final ArchRule storage = mayNameOfOurs("storage", "foundation");

  @ArchTest static final ArchRule log = mayNameOfOurs("log", "foundation", "storage");

  /// Who checks the format shares nothing with who writes it.
  @ArchTest
  static final ArchRule verifyKnowsNothingOfTheLog =
      noClasses()
          .that()
          .resideInAPackage("io.tidemark.log.verify..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.tidemark.log..")
                  .and(DescribedPredicate.not(resideInAPackage("io.tidemark.log.verify.."))));

  @ArchTest static final ArchRule simkit = mayNameOfOurs("simkit", "foundation", "storage");

  /// Who judges nodes knows them from outside only.
  @ArchTest static final ArchRule testkit = mayNameOfOurs("testkit", "foundation", "log.verify");

  @ArchTest static final ArchRule transport = mayNameOfOurs("transport", "foundation");

  @ArchTest
  static final ArchRule partition = mayNameOfOurs("partition", "foundation", "storage", "log");

  @ArchTest static final ArchRule protocol = mayNameOfOurs("protocol", "foundation");

  @ArchTest
  static final ArchRule runtime =
      mayNameOfOurs(
          "runtime", "foundation", "storage", "log", "partition", "transport", "protocol");

  @ArchTest
  static final ArchRule simulator =
      mayNameOfOurs("simulator", "foundation", "storage", "log", "protocol", "simkit");

  @ArchTest
  static final ArchRule nodeSimulatesNothing =
      noClasses()
          .that()
          .resideInAPackage("io.tidemark.node..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.tidemark.simkit..", "io.tidemark.simulator..");

  /// The core must be the same in a process and in a simulation: no time, no threads, no chance of
  /// its own, no output.
  @ArchTest
  static final ArchRule protocolIsPure =
      classes()
          .that()
          .resideInAPackage("io.tidemark.protocol..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "io.tidemark.protocol..",
                      "io.tidemark.foundation..",
                      "java.lang",
                      "java.lang.invoke",
                      "java.lang.runtime",
                      "java.util",
                      "java.util.function",
                      "java.util.stream")
                  .and(not(Thread.class))
                  .and(not(System.class))
                  .and(not(java.util.Random.class))
                  .or(isArray()));

  @ArchTest
  static final ArchRule logNeedsNoActorsAndNoAeron =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.tidemark.foundation..", "io.tidemark.storage..", "io.tidemark.log..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.pekko..", "io.aeron..", "org.agrona..", "org.slf4j..");

  @ArchTest
  static final ArchRule aeronIsBehindTransport =
      noClasses()
          .that()
          .resideInAPackage(OURS)
          .and()
          .resideOutsideOfPackage("io.tidemark.transport..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.aeron..", "org.agrona..");

  /// All that is to last goes through storage. The lock of a media driver's directory is not: its
  /// file goes with the driver.
  @ArchTest
  static final ArchRule fileChannelsAreBehindStorage =
      noClasses()
          .that()
          .resideInAPackage(OURS)
          .and()
          .resideOutsideOfPackage("io.tidemark.storage..")
          .and()
          .doNotHaveFullyQualifiedName("io.tidemark.transport.DriverLock")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.nio.channels.FileChannel");

  @ArchTest
  static final ArchRule namesSaySomething =
      noClasses()
          .that()
          .resideInAPackage(OURS)
          .should()
          .haveNameMatching(".*(Impl|Manager|Util|Utils|Helper)");

  private static ArchRule mayNameOfOurs(String layer, String... lower) {
    String[] allowed = new String[lower.length + 1];
    allowed[0] = "io.tidemark." + layer + "..";
    for (int i = 0; i < lower.length; i++) {
      allowed[i + 1] = "io.tidemark." + lower[i] + "..";
    }
    return classes()
        .that()
        .resideInAPackage(allowed[0])
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed).or(DescribedPredicate.not(resideInAPackage(OURS))));
  }

  private static DescribedPredicate<JavaClass> not(Class<?> type) {
    return DescribedPredicate.describe(
        "not " + type.getName(), named -> !named.isEquivalentTo(type));
  }

  private static DescribedPredicate<JavaClass> isArray() {
    return DescribedPredicate.describe("an array", JavaClass::isArray);
  }
}
