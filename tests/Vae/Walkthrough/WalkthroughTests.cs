// The walkthrough against plain loops and against central differences, and how it looks.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Walkthrough;

namespace VaeFromScratch.Vae.Tests;

public class WalkthroughTests
{
    private const string Difference = "central difference";

    private static readonly ImmutableArray<StoryStep> Story = Tell(1, null);

    public static TheoryData<int> StepNumbers => [.. Enumerable.Range(1, WalkthroughStory.StepCount)];

    [Fact]
    public void The_forward_pass_and_the_losses_are_those_of_plain_loops()
    {
        var (x, eps) = (Given("x")[0], Given("eps")[0]);
        var a1 = Layer(x, Given("W1"), Given("b1")[0]);
        var h1 = a1.Select(a => a > 0 ? a : 0).ToArray();
        var mu = Layer(h1, Given("Wmu"), Given("bmu")[0]);
        var s = Layer(h1, Given("Ws"), Given("bs")[0]);
        var z = new double[2];
        for (var j = 0; j < 2; j++) z[j] = mu[j] + Math.Sqrt(Math.Exp(s[j])) * eps[j];
        var a2 = Layer(z, Given("W2"), Given("b2")[0]);
        var h2 = a2.Select(a => a > 0 ? a : 0).ToArray();
        var l = Layer(h2, Given("W3"), Given("b3")[0]);
        var r = l.Select(logit => 1 / (1 + Math.Exp(-logit))).ToArray();
        var (crossEntropy, kl) = (0.0, 0.0);
        for (var p = 0; p < 4; p++) crossEntropy -= x[p] * Math.Log(r[p]) + (1 - x[p]) * Math.Log(1 - r[p]);
        for (var j = 0; j < 2; j++) kl -= (1 + s[j] - mu[j] * mu[j] - Math.Exp(s[j])) / 2;

        AssertClose(a1, Values("a1"));
        AssertClose(h1, Values("h1"));
        AssertClose(mu, Values("mu"));
        AssertClose(s, Values("s"));
        AssertClose(z, Values("z"));
        AssertClose(a2, Values("a2"));
        AssertClose(h2, Values("h2"));
        AssertClose(l, Values("l"));
        AssertClose(r, Values("r"));
        AssertClose([crossEntropy, kl, crossEntropy + 0.5 * kl], Losses());
    }

    // Computed once with another program, from the numbers of step 1.
    [Fact]
    public void The_losses_are_the_known_ones() => AssertClose([2.041270449745162, 0.37872192088880385, 2.230631410189564], Losses());

    [Fact]
    public void The_parts_of_the_losses_add_up()
    {
        var tables = Story[6].Parts.OfType<Table>().ToArray();
        AssertClose([tables[0].Rows.Sum(row => row.Numbers[^1]), tables[1].Rows.Sum(row => row.Numbers[^1])], Losses()[..2]);
    }

    [Fact]
    public void Each_hidden_layer_has_one_unit_off_and_all_are_far_from_the_kink()
    {
        foreach (var name in new[] { "a1", "a2" })
        {
            Assert.Single(Values(name), sum => sum < 0);
            Assert.All(Values(name), sum => Assert.True(Math.Abs(sum) > 0.3));
        }
    }

    [Fact]
    public void Every_gradient_is_its_central_difference()
    {
        var comparisons = Story.SelectMany(step => step.Parts).OfType<Comparison>().Where(comparison => comparison.OtherName == Difference).ToArray();
        // Ten tensors, and l, h2, a2, z, h1, a1.
        Assert.Equal(16, comparisons.Length);
        Assert.All(comparisons, comparison => AssertSame([.. comparison.Numbers.SelectMany(row => row)], [.. comparison.Other.SelectMany(row => row)]));

        var roads = Story[10].Parts.OfType<Table>().Single();
        Assert.Equal(4, roads.Rows.Length);
        AssertSame([.. roads.Rows.Select(row => row.Numbers[2])], [.. roads.Rows.Select(row => row.Numbers[3])]);
        Assert.All(roads.Rows, row => Assert.Equal(row.Numbers[2], row.Numbers[0] + row.Numbers[1], 1e-15));

        var all = Story[13].Parts.OfType<Table>().Single();
        Assert.Equal(4 * 3 + 3 + 2 * (3 * 2 + 2) + 2 * 3 + 3 + 3 * 4 + 4, all.Rows.Length);
        Assert.Equal(all.Rows.Length, all.Rows.Select(row => row.Label).Distinct().Count());
        AssertSame([.. all.Rows.Select(row => row.Numbers[0])], [.. all.Rows.Select(row => row.Numbers[1])]);
    }

    [Fact]
    public void A_flipped_sign_is_seen()
    {
        var numbers = Story[13].Parts.OfType<Table>().Single().Rows.Select(row => row.Numbers[0]).ToArray();
        var wrong = numbers.ToArray();
        // The smallest that is not zero.
        wrong[Array.IndexOf(numbers, numbers.Where(number => number != 0).MinBy(Math.Abs))] *= -1;
        Assert.True(WorstError(numbers, wrong) > 1e-6);
    }

    [Fact]
    public void What_is_computed_from_within_is_what_the_model_computes()
    {
        using var engine = new Engine(1);
        var pass = new WalkthroughPass(engine);
        var within = new LossFromWithin(engine, pass.Parameters, pass.Image, pass.Noise, WalkthroughExample.Beta);
        Assert.Equal(pass.Loss, within.Start());
        Assert.Equal(pass.EncoderSum.Flat.ToArray(), within.EncoderSum.Flat.ToArray());
        Assert.Equal(pass.Latent.Flat.ToArray(), within.Latent.Flat.ToArray());
        Assert.Equal(pass.Logits.Flat.ToArray(), within.Logits.Flat.ToArray());
        Assert.Equal(pass.Reconstruction.Flat.ToArray(), within.Reconstruction.Flat.ToArray());
        foreach (var entrance in new[] { within.AfterLogits, within.AfterDecoderHidden, within.AfterDecoderSum, within.AfterSample, within.AfterHeads, within.AfterEncoderHidden, within.AfterEncoderSum })
            Assert.Equal(pass.Loss, entrance());
    }

    [Fact]
    public void Every_entrance_depends_on_what_lies_there()
    {
        using var engine = new Engine(1);
        var pass = new WalkthroughPass(engine);
        var within = new LossFromWithin(engine, pass.Parameters, pass.Image, pass.Noise, WalkthroughExample.Beta);
        (Matrix<double> Values, Func<double> Loss)[] entrances =
        [
            (within.Logits, within.AfterLogits), (within.DecoderHidden, within.AfterDecoderHidden), (within.DecoderSum, within.AfterDecoderSum),
            (within.Latent, within.AfterSample), (within.Mu, within.AfterHeads), (within.LogVar, within.AfterHeads),
            (within.EncoderHidden, within.AfterEncoderHidden), (within.EncoderSum, within.AfterEncoderSum),
        ];
        foreach (var (values, loss) in entrances)
        {
            within.Start();
            values[0, 0] += 0.01;
            Assert.NotEqual(pass.Loss, loss());
        }
    }

    [Fact]
    public void The_inner_gradients_meet_those_of_the_backward_pass()
    {
        using var engine = new Engine(1);
        var pass = new WalkthroughPass(engine);
        AssertGated(pass.DecoderHidden, pass.ByDecoderHidden, pass.ByDecoderSum);
        AssertGated(pass.EncoderHidden, pass.ByEncoderHidden, pass.ByEncoderSum);
    }

    [Fact]
    public void Adam_makes_the_first_step_of_its_algorithm()
    {
        var rows = Story[14].Parts.OfType<Table>().Single().Rows;
        Assert.All(rows, row =>
        {
            var (g, before) = (row.Numbers[0], row.Numbers[3]);
            Assert.Equal(0.1 * g, row.Numbers[1], 1e-15);
            Assert.Equal(0.001 * g * g, row.Numbers[2], 1e-15);
            Assert.Equal(before - 0.01 * g / (Math.Abs(g) + 1e-8), row.Numbers[4], 1e-13);
        });
        Assert.Contains(rows, row => row.Numbers[0] == 0);

        var after = Story[14].Parts.OfType<Comparison>().ToDictionary(comparison => comparison.Name);
        Assert.Equal(10, after.Count);
        foreach (var (name, comparison) in after)
        {
            Assert.Equal(Given(name).Select(row => row.ToArray()), comparison.Numbers.Select(row => row.ToArray()));
            Assert.All(comparison.Numbers.SelectMany(row => row).Zip(comparison.Other.SelectMany(row => row)), pair => Assert.True(Math.Abs(pair.First - pair.Second) is 0 or (> 0.0099 and < 0.0101)));
        }
    }

    [Fact]
    public void The_step_makes_the_loss_smaller()
    {
        using var engine = new Engine(1);
        var pass = new WalkthroughPass(engine);
        Assert.True(pass.LossAfterUpdate < pass.Loss);
        Assert.Contains($"the loss {StoryNumbers.Format(pass.LossAfterUpdate, 4)}", StoryText.Whole(Story[14]), StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_as_many_steps_as_it_says()
    {
        Assert.Equal(Enumerable.Range(1, WalkthroughStory.StepCount), Story.Select(step => step.Number));
        Assert.Equal(WalkthroughStory.StepCount, Story.Select(step => step.Title).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(StepNumbers))]
    public void Every_step_cites_equations_and_fits_80_columns(int number)
    {
        var step = Story[number - 1];
        // What is given, and what has been derived by then, needs none.
        if (number is not (1 or 14)) Assert.NotEmpty(step.Equations);
        var text = StoryText.Whole(step);
        Assert.StartsWith($"Step {number}. {step.Title}\n\n", text, StringComparison.Ordinal);
        Assert.All(step.Equations, equation => Assert.Contains($"({equation})", text, StringComparison.Ordinal));
        foreach (var line in text.Split('\n'))
        {
            Assert.InRange(line.Length, 0, 80);
            Assert.Equal(line.TrimEnd(), line);
            Assert.DoesNotMatch(@"-0\.0+(?!\d)", line);
        }
    }

    [Fact]
    public void Neither_kernel_nor_threads_change_a_character()
    {
        var expected = string.Concat(Story.Select(StoryText.Whole));
        foreach (var set in InstructionSets.Available) Assert.Equal(expected, string.Concat(Tell(3, InstructionSets.NameOf(set)).Select(StoryText.Whole)));
    }

    [Theory]
    [InlineData(-0.00004, 4, "0.0000")]
    [InlineData(-0.00006, 4, "-0.0001")]
    [InlineData(0.0, 2, "0.00")]
    [InlineData(-1234.5, 1, "-1234.5")]
    [InlineData(7, 0, "7")]
    public void Numbers_have_fixed_decimals_and_no_negative_zero(double value, int decimals, string expected) =>
        Assert.Equal(expected, StoryNumbers.Format(value, decimals));

    private static ImmutableArray<StoryStep> Tell(int threads, string? instructionSet)
    {
        using var engine = new Engine(threads, instructionSet);
        return WalkthroughStory.Tell(engine);
    }

    private static double[][] Given(string name) => [.. Story[0].Parts.OfType<Values>().Single(values => values.Name == name).Numbers.Select(row => row.ToArray())];

    private static double[] Values(string name) =>
        [.. Story.SelectMany(step => step.Parts).OfType<Values>().Single(values => values.Name == name).Numbers.Single()];

    private static double[] Losses() => [.. Story[6].Parts.OfType<Table>().Last().Rows.Select(row => row.Numbers.Single())];

    private static double[] Layer(double[] x, double[][] weight, double[] bias)
    {
        var y = new double[bias.Length];
        for (var o = 0; o < bias.Length; o++)
        {
            for (var k = 0; k < x.Length; k++) y[o] += x[k] * weight[k][o];
            y[o] += bias[o];
        }

        return y;
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }

    private static void AssertSame(double[] backward, double[] difference)
    {
        Assert.True(WorstError(backward, difference) < 1e-6);
        Assert.Contains(backward, gradient => gradient != 0);
    }

    // As in GradientCheck: relative to the larger of the two, or to a thousandth of the largest.
    private static double WorstError(double[] backward, double[] difference)
    {
        Assert.Equal(backward.Length, difference.Length);
        var floor = 1e-3 * backward.Max(Math.Abs);
        return backward.Zip(difference).Max(pair => Math.Abs(pair.First - pair.Second) / Math.Max(floor, Math.Max(Math.Abs(pair.First), Math.Abs(pair.Second))));
    }

    private static void AssertGated(Matrix<double> hidden, CheckedGradient byHidden, CheckedGradient bySum)
    {
        for (var k = 0; k < hidden.Columns; k++) Assert.Equal(hidden[0, k] > 0 ? byHidden.Backward[0, k] : 0, bySum.Backward[0, k]);
    }
}
