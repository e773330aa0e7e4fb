// The walkthrough as data: steps, and what a step is made of. How it looks is the affair of whoever shows it.

using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>One step of the story.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Title">What happens in it.</param>
/// <param name="Parts">What it tells, in order.</param>
public sealed record StoryStep(int Number, string Title, ImmutableArray<StoryPart> Parts)
{
    /// <summary>The equations of docs/math that it cites, as <c>5.4</c>, in the order of their first use.</summary>
    public ImmutableArray<string> Equations => [.. Parts.OfType<Formula>().SelectMany(formula => formula.Equations).Distinct()];
}

/// <summary>A part of a step.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Prose), "prose")]
[JsonDerivedType(typeof(Formula), "formula")]
[JsonDerivedType(typeof(ByHand), "byHand")]
[JsonDerivedType(typeof(Values), "values")]
[JsonDerivedType(typeof(Comparison), "comparison")]
[JsonDerivedType(typeof(Table), "table")]
public abstract record StoryPart;

/// <summary>A sentence or a few.</summary>
/// <param name="Text">The sentences, as one line of any length.</param>
public sealed record Prose(string Text) : StoryPart;

/// <summary>What is computed.</summary>
/// <param name="Text">The formula as plain text.</param>
/// <param name="Equations">The equations of docs/math that it comes from, as <c>5.4</c>.</param>
public sealed record Formula(string Text, ImmutableArray<string> Equations) : StoryPart
{
    /// <summary>The equations as they are cited: <c>(3.7), (8.3)</c>.</summary>
    public string Citation => string.Join(", ", Equations.Select(equation => $"({equation})"));
}

/// <summary>A formula with the numbers put in, for one element.</summary>
/// <param name="Text">It and its result.</param>
public sealed record ByHand(string Text) : StoryPart;

/// <summary>A matrix.</summary>
/// <param name="Name">Its name in the story.</param>
/// <param name="Numbers">Its rows.</param>
/// <param name="Decimals">Decimals to show.</param>
public sealed record Values(string Name, ImmutableArray<ImmutableArray<double>> Numbers, int Decimals) : StoryPart;

/// <summary>A matrix beside another one of the same shape.</summary>
/// <param name="Name">The name of the first in the story.</param>
/// <param name="Numbers">Its rows.</param>
/// <param name="OtherName">What the second is.</param>
/// <param name="Other">Its rows.</param>
/// <param name="Decimals">Decimals to show.</param>
public sealed record Comparison(
    string Name, ImmutableArray<ImmutableArray<double>> Numbers, string OtherName, ImmutableArray<ImmutableArray<double>> Other, int Decimals) : StoryPart;

/// <summary>Numbers in named columns.</summary>
/// <param name="Headers">Names of the columns, that of the labels included.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Decimals">Decimals to show.</param>
/// <param name="IsLong">Whether there are so many rows that a wide page has its second half beside its first.</param>
public sealed record Table(ImmutableArray<string> Headers, ImmutableArray<TableRow> Rows, int Decimals, bool IsLong = false) : StoryPart;

/// <summary>A row of a table.</summary>
/// <param name="Label">Its first column.</param>
/// <param name="Numbers">The others.</param>
public sealed record TableRow(string Label, ImmutableArray<double> Numbers);
