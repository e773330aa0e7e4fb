// Finds the directory that holds Fashion-MNIST without reading or fetching anything.
using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Data;

/// <summary>A place that was tried for the data, and what came of it.</summary>
/// <param name="Place">The directory or address.</param>
/// <param name="Outcome">Why it did not serve.</param>
public sealed record FashionMnistAttempt(string Place, string Outcome)
{
    /// <summary>"place: outcome".</summary>
    // Messages of HTTP failures begin with their address, which begins with the place.
    public override string ToString() => Outcome.StartsWith(Place, StringComparison.Ordinal) ? Outcome : $"{Place}: {Outcome}";
}

/// <summary>The outcome of looking for the four files by name; their content is not looked at.</summary>
public sealed record FashionMnistSearch
{
    private FashionMnistSearch(string? directory, string source, bool isExplicit, ImmutableArray<FashionMnistAttempt> tried)
    {
        Directory = directory;
        Source = source;
        IsExplicit = isExplicit;
        Tried = tried;
    }

    /// <summary>The directory that holds all four files; null if there is none.</summary>
    public string? Directory { get; }

    /// <summary>Why this directory, for people: "the directory given", "VAE_DATA", "data/fashion-mnist", "Debian package ...".</summary>
    public string Source { get; }

    /// <summary>Whether the directory was asked for, by argument or environment: then no other place may stand in for it.</summary>
    public bool IsExplicit { get; }

    /// <summary>The places that were tried before, in order.</summary>
    public ImmutableArray<FashionMnistAttempt> Tried { get; }

    internal static FashionMnistSearch Run(string? directory, FashionMnistSources sources)
    {
        if (!string.IsNullOrEmpty(directory))
            return Explicit(directory, "the directory given", sources);
        if (!string.IsNullOrEmpty(sources.EnvironmentDirectory))
            return Explicit(sources.EnvironmentDirectory, FashionMnistSources.EnvironmentVariable, sources);

        var tried = ImmutableArray.CreateBuilder<FashionMnistAttempt>();
        foreach ((string place, string source) in new[]
        {
            (sources.FetchDirectory, "data/fashion-mnist"),
            (sources.SystemDirectory, $"Debian package {FashionMnistSources.DebianPackage}"),
        })
        {
            string? lack = FashionMnistFolder.Lack(place);
            if (lack is null)
                return new FashionMnistSearch(place, source, isExplicit: false, tried.ToImmutable());
            tried.Add(new FashionMnistAttempt(place, lack));
        }

        return new FashionMnistSearch(null, "nowhere", isExplicit: false, tried.ToImmutable());
    }

    private static FashionMnistSearch Explicit(string directory, string source, FashionMnistSources sources)
    {
        bool isSample = directory == FashionMnistSources.SampleWord;
        string place = isSample ? sources.SampleDirectory : Path.GetFullPath(directory);
        source = isSample ? $"data/sample, by {source}" : source;
        string? lack = FashionMnistFolder.Lack(place);
        return lack is null
            ? new FashionMnistSearch(place, source, isExplicit: true, [])
            : new FashionMnistSearch(null, source, isExplicit: true, [new FashionMnistAttempt(place, lack)]);
    }
}
