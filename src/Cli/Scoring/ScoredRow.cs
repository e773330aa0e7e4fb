// A row with its score, as it is written.

namespace VaeFromScratch.Cli.Scoring;

/// <summary>A row with its score.</summary>
/// <param name="Number">Its number in the data, from 1.</param>
/// <param name="Name">The file name in a folder of images, else the number.</param>
/// <param name="Label">What the label column says; null when there is none.</param>
/// <param name="Score">The score; null when the row could not be scored.</param>
/// <param name="PValue">How likely a normal row is to score as high; null where no threshold is known, or no score.</param>
/// <param name="IsAnomaly">Whether the score is above the threshold; null likewise.</param>
/// <param name="Problem">Why the row could not be scored; null when it could.</param>
internal sealed record ScoredRow(long Number, string Name, string? Label, float? Score, double? PValue, bool? IsAnomaly, string? Problem);
