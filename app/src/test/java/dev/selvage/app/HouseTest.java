package dev.selvage.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rooms of the house and who may enter which: see ARCHITECTURE.md.
class HouseTest {
    private static final List<String> PLANES = List.of("edge", "control", "analytics", "logs", "dashboard");
    private static final Pattern TWO_JOBS =
            Pattern.compile(".*(Manager|Helper|Utils?|Common|Base|Impl|Processor|Info)");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.selvage");

    static Stream<String> planes() {
        return PLANES.stream();
    }

    @ParameterizedTest
    @MethodSource("planes")
    void aPlaneNeverImportsAnother(String plane) {
        planeKeepsToItself(plane).check(HOUSE);
    }

    @Test
    void theModelHasNoThirdPartyCode() {
        modelIsPure("..selvage.model..").check(HOUSE);
    }

    @Test
    void theToolkitKnowsNoDomain() {
        noClasses()
                .that()
                .resideInAPackage("dev.selvage.toolkit..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("dev.selvage..")
                        .and(com.tngtech.archunit.base.DescribedPredicate.not(
                                JavaClass.Predicates.resideInAPackage("dev.selvage.toolkit.."))))
                .check(HOUSE);
    }

    @Test
    void theRulesLanguageKnowsNeitherPlanesNorZones() {
        noClasses()
                .that()
                .resideInAPackage("dev.selvage.rules..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("dev.selvage..")
                        .and(com.tngtech.archunit.base.DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(
                                "dev.selvage.rules..", "dev.selvage.toolkit.."))))
                .check(HOUSE);
    }

    @Test
    void onlyTheLauncherPrintsOrExits() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.selvage.app..", "dev.selvage.bench..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(HOUSE);
    }

    @Test
    void everyPackageIsNullMarked() {
        Stream<JavaPackage> packages = HOUSE.stream().map(JavaClass::getPackage).distinct();
        assertThat(packages.filter(room -> room.getClasses().stream()
                        .anyMatch(type -> !type.getSimpleName().equals("package-info"))))
                .isNotEmpty()
                .allSatisfy(room -> assertThat(room.isAnnotatedWith(NullMarked.class))
                        .as(room.getName() + " has a package-info.java with @NullMarked")
                        .isTrue());
    }

    @Test
    void noStateIsSharedByAll() {
        fields().that().areStatic().should(beFinal()).check(HOUSE);
    }

    @Test
    void aNameSaysOneJob() {
        classes().should(haveOneJob()).check(HOUSE);
    }

    /// The rules above are only worth something if they can fail: each is held against classes that break it.
    @ParameterizedTest
    @ValueSource(strings = {"plane", "model", "static", "name"})
    void aBrokenRuleIsSeen(String rule) {
        JavaClasses broken = new ClassFileImporter().importPackages("dev.selvage.app.broken");
        ArchRule held = switch (rule) {
            case "plane" -> planeKeepsToItself("app.broken.edge", List.of("app.broken.control"));
            case "model" -> modelIsPure("dev.selvage.app.broken.model..");
            case "static" -> fields().that().areStatic().should(beFinal());
            case "name" -> classes().should(haveOneJob());
            default -> throw new IllegalArgumentException(rule);
        };

        assertThat(held.evaluate(broken).hasViolation()).isTrue();
    }

    private static ArchRule planeKeepsToItself(String plane) {
        return planeKeepsToItself(
                plane,
                Stream.concat(PLANES.stream(), Stream.of("app", "bench", "acceptance"))
                        .filter(other -> !other.equals(plane))
                        .toList());
    }

    private static ArchRule planeKeepsToItself(String plane, List<String> others) {
        return noClasses()
                .that()
                .resideInAPackage("dev.selvage." + plane + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others.stream()
                        .map(other -> "dev.selvage." + other + "..")
                        .toArray(String[]::new));
    }

    private static ArchRule modelIsPure(String packages) {
        return classes()
                .that()
                .resideInAPackage(packages)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(packages, "java..", "org.jspecify.annotations..");
    }

    private static ArchCondition<JavaField> beFinal() {
        return new ArchCondition<>("be final") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                if (!field.getModifiers().contains(JavaModifier.FINAL)
                        && !field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                    events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is static and not final"));
                }
            }
        };
    }

    private static ArchCondition<JavaClass> haveOneJob() {
        return new ArchCondition<>("have a name that says one job") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (TWO_JOBS.matcher(type.getSimpleName()).matches()) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " has two jobs"));
                }
            }
        };
    }
}
