// Names of tests that do not exist, seen by the check.

namespace VaeFromScratch.Docs.Tests;

public class TestNameCheckTests
{
    private static readonly string[] Tests =
    [
        "public class DenseTests\n{\n    public void A_bias_of_another_shape_is_refused() { }\n}",
        "public sealed partial class ReluTests\n{\n    public void Zeros_stay_zeros() { }\n}",
    ];

    [Theory]
    [InlineData("`DenseTests` and `DenseTests.A_bias_of_another_shape_is_refused`")]
    [InlineData("`Zeros_stay_zeros` stays green")]
    [InlineData("`Dense`, `Max_value`, `snake_case_name`, `DenseTests.cs`, NoTests, No_such_test")]
    public void Names_of_tests_and_of_other_things_pass(string text) => Assert.Empty(TestNameCheck.Check(Examples.Document(text), Tests));

    [Theory]
    [InlineData("`NoTests`", "1: There is no test class NoTests")]
    [InlineData("Words\nand `DenseTests.Zeros_stay_zeros`", "2: There is no test DenseTests.Zeros_stay_zeros")]
    [InlineData("`ReluTests.Zeros_stay`", "1: There is no test ReluTests.Zeros_stay")]
    [InlineData("`NoTests.Zeros_stay_zeros`", "1: There is no test class NoTests")]
    [InlineData("`Zeros_become_ones`", "1: There is no test Zeros_become_ones")]
    public void A_name_that_no_test_has_is_seen(string text, string expected) => Examples.AssertProblems(TestNameCheck.Check(Examples.Document(text), Tests), expected);
}
