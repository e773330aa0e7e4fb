// From the matrices of the pass to parts of the story.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>A number in a worked example, with the decimals it is shown with.</summary>
internal readonly record struct Shown(double Value, int Decimals = StoryBuilding.Decimals)
{
    public override string ToString() => StoryNumbers.Format(Value, Decimals);

    public string InBrackets => StoryNumbers.InBrackets(Value, Decimals);
}

/// <summary>Makes parts of the story from matrices; it computes nothing.</summary>
internal static class StoryBuilding
{
    /// <summary>Decimals of what is computed.</summary>
    public const int Decimals = 4;

    /// <summary>Decimals of what is given, the numbers of <see cref="WalkthroughExample"/>.</summary>
    public const int GivenDecimals = 2;

    public static Values Given(string name, Matrix<double> matrix) => new(name, Rows(matrix), GivenDecimals);

    public static Values Values(string name, Matrix<double> matrix) => new(name, Rows(matrix), Decimals);

    public static Comparison Compare(string name, CheckedGradient gradient) =>
        new($"dL/d{name}", Rows(gradient.Backward), "central difference", Rows(gradient.Difference), Decimals);

    public static ImmutableArray<ImmutableArray<double>> Rows(Matrix<double> matrix) =>
        [.. Enumerable.Range(0, matrix.Rows).Select(row => ImmutableArray.Create<double>(matrix.Row(row)))];

    /// <summary>A sum of products with the numbers put in.</summary>
    /// <param name="name">The element that is computed.</param>
    /// <param name="start">What the sum starts at, if not at zero.</param>
    /// <param name="terms">The factors of each term.</param>
    /// <param name="result">What the model's code computed.</param>
    public static ByHand Chain(string name, Shown? start, IEnumerable<(Shown A, Shown B)> terms, double result)
    {
        var products = terms.Select(term => $"{term.A.InBrackets}·{term.B.InBrackets}");
        string[] sum = start is { } first ? [first.ToString(), .. products] : [.. products];
        return new ByHand($"{name} = {string.Join(" + ", sum)} = {new Shown(result)}");
    }

    /// <summary>Column <paramref name="column"/> of a given matrix.</summary>
    public static IEnumerable<Shown> GivenColumn(Matrix<double> matrix, int column) =>
        Enumerable.Range(0, matrix.Rows).Select(row => new Shown(matrix[row, column], GivenDecimals));

    /// <summary>Row <paramref name="row"/> of a given matrix.</summary>
    public static IEnumerable<Shown> GivenRow(Matrix<double> matrix, int row) => GivenColumn(matrix.Transposed, row);

    /// <summary>The numbers of a matrix of one row.</summary>
    public static IEnumerable<Shown> Row(Matrix<double> matrix) => ImmutableArray.Create<double>(matrix.Row(0)).Select(value => new Shown(value));

    /// <summary>Where a matrix of one row is zero, counted from 0: the unit that is switched off, or the pixel that is black.</summary>
    public static int Zero(Matrix<double> matrix) => matrix.Row(0).IndexOf(0.0);
}
