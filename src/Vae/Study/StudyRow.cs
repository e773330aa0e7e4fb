// A line of a study: the settings of a model, the name of its bits, and its figures.

using System.Collections.Immutable;
using System.Globalization;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Study;

/// <summary>A model of a study.</summary>
/// <param name="Settings">What it was trained with.</param>
/// <param name="WeightsSha256">SHA-256 of its weights.</param>
/// <param name="Figures">Its figures as the file shows them, under the names of <see cref="StudyStore.Columns"/>.</param>
public sealed record StudyRow(TrainingSettings Settings, string WeightsSha256, ImmutableArray<string> Figures)
{
    private const string Variant = "variant", Weights = "weightsSha256";

    // The settings that every run has, in the order of TrainingSettings.Describe; those that a variant adds stand together in one column.
    private static readonly ImmutableArray<string> Common = [.. new TrainingSettings().Describe().Select(setting => setting.Key)];

    /// <summary>The columns before the figures.</summary>
    public static ImmutableArray<string> SettingColumns { get; } = [.. Common, Variant, Weights];

    /// <summary>Whether no variant of training is set.</summary>
    public bool IsPlain => VariantOf(Settings).Length == 0;

    internal string SortKey => SortKeyOf(Settings);

    internal IEnumerable<string> Fields => [.. Settings.Describe().Take(Common.Length).Select(setting => setting.Value), VariantOf(Settings), WeightsSha256, .. Figures];

    /// <summary>A figure by its place among the columns, as a number; NaN where the file says so.</summary>
    public double Figure(int column) => double.Parse(Figures[column], CultureInfo.InvariantCulture);

    internal static StudyRow Parse(IReadOnlyList<string> fields, string place)
    {
        var settings = new Dictionary<string, string>();
        for (var i = 0; i < Common.Length; i++) settings.Add(Common[i], fields[i]);
        foreach (var setting in fields[Common.Length].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !settings.TryAdd(setting[..equals], setting[(equals + 1)..]))
                throw new InvalidDataException($"{place}: '{setting}' in the column '{Variant}' is not name=value, or stands twice.");
        }

        ImmutableArray<string> figures = [.. fields.Skip(SettingColumns.Length)];
        foreach (var figure in figures)
            if (!double.TryParse(figure, CultureInfo.InvariantCulture, out _)) throw new InvalidDataException($"{place}: '{figure}' is no number.");
        return new StudyRow(ModelFile.ReadSettings(settings, place), fields[Common.Length + 1], figures);
    }

    // Variants after the plain runs; then by class, latent dimension, beta and seed, as numbers.
    internal static string SortKeyOf(TrainingSettings settings) => string.Create(CultureInfo.InvariantCulture,
        $"{VariantOf(settings)}|{settings.Hidden.Length:D3}|{string.Join(',', settings.Hidden.Select(size => size.ToString("D6", CultureInfo.InvariantCulture)))}|{settings.Epochs:D9}|{settings.Batch:D9}|{settings.LearningRate:000.000000000000}|{settings.HeldOut:D3}|{settings.Latent:D6}|{settings.Beta:000000000.000000000000}|{settings.Seed:D20}");

    private static string VariantOf(TrainingSettings settings) =>
        string.Join(' ', settings.Describe().Skip(Common.Length).Select(setting => $"{setting.Key}={setting.Value}"));
}
