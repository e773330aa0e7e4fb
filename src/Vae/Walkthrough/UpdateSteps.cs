// The end of the story: all gradients at a glance, and what Adam makes of them.

using System.Collections.Immutable;
using System.Globalization;
using VaeFromScratch.Tensors;
using static VaeFromScratch.Vae.Walkthrough.StoryBuilding;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>Steps 14 and 15.</summary>
internal static class UpdateSteps
{
    private const int ManyDecimals = 8;

    // Two numbers that are closer than this are told apart by rounding alone.
    private const double Agreement = 1e-9;

    public static IEnumerable<StoryStep> Tell(WalkthroughPass pass) => [AllGradients(pass), Update(pass)];

    private static StoryStep AllGradients(WalkthroughPass pass)
    {
        var elements = StoryTensors.InOrder.SelectMany(tensor => Elements(pass, tensor)).ToArray();
        var largest = elements.Max(element => Math.Abs(element.Gradient - element.Difference));
        return new(14, "All gradients beside central differences",
        [
            new Prose($"The derivatives of L by all {StoryNumbers.Format(elements.Length, 0)} parameters, from the backward pass and as central differences of the whole forward pass."),
            new Table(["", "backward", "difference"],
                [.. elements.Select(element => new TableRow(element.Name, [element.Gradient, element.Difference]))], ManyDecimals, IsLong: true),
            new Prose(largest < Agreement
                ? "No two of them differ by more than 1e-9."
                : $"The largest difference is {largest.ToString("E1", CultureInfo.InvariantCulture)}."),
        ]);
    }

    private static StoryStep Update(WalkthroughPass pass)
    {
        ImmutableArray<(int Tensor, int Row, int Column)> shown =
        [
            (StoryTensors.W3, 0, 0), (StoryTensors.W3, 0, 1), (StoryTensors.W3, Zero(pass.DecoderHidden), 0), (StoryTensors.WMu, 0, 0),
            (StoryTensors.W1, 0, 0), (StoryTensors.W1, Zero(pass.Image), 0),
        ];
        var (g, p) = (pass.ByTensor[StoryTensors.W3].Backward[0, 0], pass.Parameters.Tensors[StoryTensors.W3][0, 0]);
        return new(15, "The update by Adam",
        [
            new Prose("Every parameter p with its gradient g, at step t = 1; m and v begin at 0."),
            new Formula("m <- 0.9·m + 0.1·g", Equations.AdamMeans),
            new Formula("v <- 0.999·v + 0.001·g²", Equations.AdamMeans),
            new Formula("mHat = m / (1 - 0.9^t), vHat = v / (1 - 0.999^t)", Equations.AdamCorrection),
            new Formula("p <- p - a·mHat / (sqrt(vHat) + 1e-8)", Equations.AdamStep),
            new Prose("In the first step the corrections undo the factors 0.1 and 0.001: mHat = g and vHat = g². So every parameter moves by the learning rate, "
                + "against the sign of its gradient, as long as that is far above 1e-8; one without a gradient stays."),
            new ByHand($"W3[1,1] <- {new Shown(p, GivenDecimals)} - {new Shown(WalkthroughExample.LearningRate, GivenDecimals)}·{new Shown(g).InBrackets} / "
                + $"({new Shown(Math.Abs(g))} + 1e-8) = {new Shown(pass.Updated.Tensors[StoryTensors.W3][0, 0])}"),
            new Table(["", "g", "m", "v", "before", "after"], [.. shown.Select(place => AdamRow(pass, place.Tensor, place.Row, place.Column))], ManyDecimals),
            .. StoryTensors.InOrder.Select(tensor => Updated(pass, tensor)),
            new Prose($"The same image with the same noise now has the loss {new Shown(pass.LossAfterUpdate)}; before the step it was {new Shown(pass.Loss)}."),
        ]);
    }

    private static IEnumerable<(string Name, double Gradient, double Difference)> Elements(WalkthroughPass pass, int tensor)
    {
        var (backward, difference) = pass.ByTensor[tensor];
        return
            from row in Enumerable.Range(0, backward.Rows)
            from column in Enumerable.Range(0, backward.Columns)
            select (NameOf(pass, tensor, row, column), backward[row, column], difference[row, column]);
    }

    private static TableRow AdamRow(WalkthroughPass pass, int tensor, int row, int column)
    {
        var before = pass.Parameters.Tensors[tensor];
        var place = pass.Parameters.Architecture.Tensors[tensor].Place(row, column);
        return new TableRow(NameOf(pass, tensor, row, column),
        [
            pass.ByTensor[tensor].Backward[row, column], pass.Optimizer.Mean[0, place], pass.Optimizer.Variance[0, place], before[row, column],
            pass.Updated.Tensors[tensor][row, column],
        ]);
    }

    private static Comparison Updated(WalkthroughPass pass, int tensor) =>
        new(StoryTensors.Names[tensor], Rows(pass.Parameters.Tensors[tensor]), "after the step", Rows(pass.Updated.Tensors[tensor]), Decimals);

    private static string NameOf(WalkthroughPass pass, int tensor, int row, int column) =>
        FormattableString.Invariant($"{StoryTensors.Names[tensor]}[{(pass.Parameters.Architecture.Tensors[tensor].IsBias ? "" : $"{row + 1},")}{column + 1}]");
}
