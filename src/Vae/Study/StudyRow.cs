// A line of a study: the settings of a model, the name of its bits, and its figures.

using System.Collections.Immutable;
using System.Globalization;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Study;

/// <summary>A model of a study.</summary>
/// <param name="Part">Which images of Fashion-MNIST it was trained on and judged by.</param>
/// <param name="Settings">What it was trained with.</param>
/// <param name="WeightsSha256">SHA-256 of its weights.</param>
/// <param name="Figures">Its figures as the file shows them, under the names of <see cref="StudyStore.Columns"/>.</param>
public sealed record StudyRow(FashionMnistPart Part, TrainingSettings Settings, string WeightsSha256, ImmutableArray<string> Figures)
{
    private const string Data = "data", Variant = "variant", Weights = "weightsSha256";
    private const int WeightsDigits = 64;

    // The settings that every run has, in the order of TrainingSettings.Describe; those that a variant adds stand together in one column.
    private static readonly ImmutableArray<string> Common = [.. new TrainingSettings().Describe().Select(setting => setting.Key)];

    /// <summary>The columns before the figures.</summary>
    public static ImmutableArray<string> SettingColumns { get; } = [Data, .. Common, Variant, Weights];

    /// <summary>Whether no variant of training is set.</summary>
    public bool IsPlain => VariantOf(Settings).Length == 0;

    internal IEnumerable<string> Fields =>
        [FashionMnistParts.NameOf(Part), .. Settings.Describe().Take(Common.Length).Select(setting => setting.Value), VariantOf(Settings), WeightsSha256, .. Figures];

    /// <summary>A figure by its place among the columns, as a number; NaN where the file says so.</summary>
    public double Figure(int column) => double.Parse(Figures[column], NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Fields"/> wrote, and nothing else: a line that is read is written again as it stood.</summary>
    internal static StudyRow Parse(IReadOnlyList<string> fields, string place)
    {
        if (FashionMnistParts.Find(fields[0]) is not { } part) throw new InvalidDataException($"{place}: the data are '{fields[0]}'; expected {FashionMnistParts.All}.");
        ImmutableArray<string> figures = [.. fields.Skip(SettingColumns.Length)];
        foreach (var figure in figures)
        {
            if (!double.TryParse(figure, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || StudyFigures.Text(number) != figure)
                throw new InvalidDataException($"{place}: the figure '{figure}' is not a number with six decimals.");
        }

        var row = new StudyRow(part, ParseSettings(fields, place), fields[SettingColumns.Length - 1], figures);
        if (row.WeightsSha256.Length != WeightsDigits || !row.WeightsSha256.All(char.IsAsciiHexDigitLower))
            throw new InvalidDataException($"{place}: {Weights} is '{row.WeightsSha256}'; expected {WeightsDigits} hexadecimal digits, lower case.");
        foreach (var (column, written, there) in SettingColumns.Zip(row.Fields, fields))
            if (written != there) throw new InvalidDataException($"{place}: {column} is '{there}'; expected '{written}', or a setting that this version knows.");
        return row;
    }

    private static TrainingSettings ParseSettings(IReadOnlyList<string> fields, string place)
    {
        var texts = new Dictionary<string, string>();
        for (var i = 0; i < Common.Length; i++) texts.Add(Common[i], fields[i + 1]);
        foreach (var setting in fields[Common.Length + 1].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !texts.TryAdd(setting[..equals], setting[(equals + 1)..]))
                throw new InvalidDataException($"{place}: '{setting}' in the column '{Variant}' is not name=value, or stands twice.");
        }

        try
        {
            var settings = ModelFile.ReadSettings(texts, place);
            settings.Validate(FashionMnist.ClassNames.Length);
            return settings;
        }
        catch (InvalidSettingException e)
        {
            throw new InvalidDataException($"{place}: {e.Message}", e);
        }
    }

    private static string VariantOf(TrainingSettings settings) =>
        string.Join(' ', settings.Describe().Skip(Common.Length).Select(setting => $"{setting.Key}={setting.Value}"));
}
