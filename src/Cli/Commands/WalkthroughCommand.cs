// vae walkthrough: one training step of a tiny model, number by number.

using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;
using VaeFromScratch.Vae.Walkthrough;

namespace VaeFromScratch.Cli.Commands;

/// <summary>What <c>vae walkthrough --json</c> writes.</summary>
internal sealed record WalkthroughReport(string Version, ImmutableArray<StoryStep> Steps);

internal static class WalkthroughCommand
{
    public static Command Create(CommandContext context)
    {
        var step = new Option<int?>("--step")
        {
            HelpName = "N",
            Description = $"Only this step, 1 to {WalkthroughStory.StepCount}. [default: all]",
            CustomParser = result => SharedOptions.ParseRanged(result, WalkthroughStory.StepCount),
        };
        var html = new Option<string?>("--html") { HelpName = "FILE", Description = "Write a page of it, which needs no other file, instead of printing it." }.OfPath();
        var json = SharedOptions.Json();
        var command = new DocumentedCommand("walkthrough",
            "Tells one training step of a tiny model (4-3-2-3-4, one image) number by number: the forward pass, every gradient beside its central difference, the "
            + "update by Adam. The numbers in parentheses are those of the equations in docs/math.",
            "vae walkthrough",
            "vae walkthrough --step 11",
            "vae walkthrough --html walkthrough.html")
        {
            step, html, json,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(html);
            using var engine = new Engine(1, SharedOptions.ChooseIsa(null));
            var story = WalkthroughStory.Tell(engine);
            if (parsed.GetValue(step) is { } number) story = [story[number - 1]];

            if (path is not null) AtomicFile.WriteAllText(path, WalkthroughPage.Format(story));
            if (parsed.GetValue(json)) Terminal.WriteRaw(JsonSerializer.Serialize(new WalkthroughReport(RunFolder.ProgramVersion, story), CliJson.Default.WalkthroughReport));
            else if (path is null) Print(context.Terminal, story);
            else Tables.Line(context.Terminal.Results, $"The page is {path}.");
            return Failures.Success;
        });
        return command;
    }

    private static void Print(Terminal terminal, ImmutableArray<StoryStep> story)
    {
        foreach (var step in story)
        {
            Tables.Title(terminal.Results, StoryText.Heading(step));
            Tables.Line(terminal.Results, "");
            foreach (var line in StoryText.Body(step)) Tables.Line(terminal.Results, line);
        }
    }
}
