// What beta does: four models, alike but for beta, trained on the committed sample; one image as each reconstructs it, and the latent maps.

using System.Globalization;
using System.Text;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Docs.Figures;

internal static class BetaFigure
{
    private const int Height = 1050;

    // Grey values are drawn in so many steps, so that neighbours of one step are a single line.
    private const int Greys = 32;

    private const double ImageSize = 112, ImageY = 62, ImagesX = 20, ImagesApart = 137;
    private const double MapSize = 316, MapsX = 24, MapsApart = 336, MapsY = 290, MapsDown = 364;

    private static readonly double[] Betas = [0.1, 1, 5, 10];

    // As in VaeFromScratch.Vae.Data.FashionMnist.ClassNames. The first one is held out.
    private static readonly string[] Colors = ["#111111", "#e08214", "#1b9e3f", "#8c6bb1", "#1f78b4", "#e7298a", "#00a3a3", "#b2182b", "#a6761d", "#8fae1b"];

    /// <summary>What is trained, but for beta.</summary>
    private static TrainingSettings Settings { get; } = new() { HeldOut = 0, Latent = 2, Epochs = 20, Seed = 0 };

    /// <summary>What one model makes of the test images.</summary>
    /// <param name="Beta">Its beta.</param>
    /// <param name="Reconstruction">The image that is shown, as it reconstructs it.</param>
    /// <param name="CrossEntropy">Cross-entropy of each test image.</param>
    /// <param name="Kl">Divergence of each.</param>
    /// <param name="Mu">Means of each, <c>[n, 2]</c>.</param>
    /// <param name="Sigma">Standard deviations of each, <c>[n, 2]</c>.</param>
    private sealed record Outcome(double Beta, float[] Reconstruction, float[] CrossEntropy, float[] Kl, Matrix<float> Mu, Matrix<float> Sigma);

    public static string Draw()
    {
        var data = FashionMnist.Load(FashionMnistSources.SampleWord);
        using var engine = new Engine();
        var shown = ShownImage(data.Test);
        Outcome[] outcomes = [.. Betas.Select(beta => Train(engine, data, beta, shown))];

        var svg = new Svg(Height, "Reconstructions and latent maps for four values of beta");
        svg.Text(20, 26, "One test image, and what four models make of it at z = mu", 16, bold: true);
        svg.Text(20, 46, "CE: cross-entropy of this image, in nats", 13, color: Svg.Faint);
        var pixels = new float[data.Test.Features];
        UnitInterval.FromBytes(data.Test.Image(shown), pixels);
        Image(svg, ImagesX, pixels, data.Test.Width, "the image", FashionMnist.ClassNames[data.Test.Label(shown)]);
        for (var i = 0; i < outcomes.Length; i++)
            Image(svg, ImagesX + (i + 1) * ImagesApart, outcomes[i].Reconstruction, data.Test.Width, $"beta {Svg.Number(outcomes[i].Beta)}", $"CE {Decimal(outcomes[i].CrossEntropy[shown])}");

        svg.Text(20, MapsY - 52, "Latent maps: mu of the 1000 test images, each to its own scale", 16, bold: true);
        svg.Text(20, MapsY - 32, "dashed: 1 and 2 standard deviations of the prior; ellipses: sigma of one image of each class", 13, color: Svg.Faint);
        for (var i = 0; i < outcomes.Length; i++) Map(svg, MapsX + i % 2 * MapsApart, MapsY + i / 2 * MapsDown, outcomes[i], data.Test, i);
        Legend(svg, MapsY + 2 * MapsDown - 4);
        return svg.Finish();
    }

    private static int ShownImage(ImageDataset test) => test.Labels.IndexOf((byte)5);

    private static Outcome Train(Engine engine, FashionMnist data, double beta, int shown)
    {
        var trainer = new Trainer(engine, Settings with { Beta = beta }, data.Train, FashionMnist.ClassNames.Length);
        trainer.Run(null, null, default);

        var test = data.Test;
        var forward = new VaeForward<float>(engine, trainer.Parameters, test.Count) { Count = test.Count };
        RowBatch.Gather(engine, test, Enumerable.Range(0, test.Count).ToArray(), forward.Input);
        forward.Encode();
        // With noise 1 a sample lies one standard deviation from its mean.
        forward.Noise.Flat.Fill(1);
        forward.Sample();
        var sigma = new Matrix<float>(test.Count, Settings.Latent);
        for (var i = 0; i < test.Count; i++)
            for (var j = 0; j < Settings.Latent; j++) sigma[i, j] = forward.Latent[i, j] - forward.Mu[i, j];
        forward.TakeMean();
        forward.Decode();
        forward.Reconstruct();
        return new Outcome(beta, forward.Reconstruction.Row(shown).ToArray(), forward.ReconstructionLoss.Flat.ToArray(), forward.Kl.Flat.ToArray(), forward.Mu, sigma);
    }

    private static void Image(Svg svg, double x, ReadOnlySpan<float> pixels, int width, string first, string second)
    {
        svg.BeginFrame(x, ImageY, ImageSize / width);
        svg.Rectangle(0, 0, width, width, "#000");
        for (var grey = 1; grey < Greys; grey++)
        {
            var steps = Runs(pixels, width, grey);
            var level = (grey * 255 / (Greys - 1)).ToString("x2", CultureInfo.InvariantCulture);
            if (steps.Length > 0) svg.Path(steps, "none", $"#{level}{level}{level}", 1, " shape-rendering=\"crispEdges\"");
        }

        svg.EndGroup();
        svg.Text(x + ImageSize / 2, ImageY + ImageSize + 17, first, 13, Anchor.Middle, bold: true);
        svg.Text(x + ImageSize / 2, ImageY + ImageSize + 34, second, 13, Anchor.Middle);
    }

    // The pixels of one grey as horizontal lines through their middles.
    private static string Runs(ReadOnlySpan<float> pixels, int width, int grey)
    {
        var steps = new StringBuilder();
        for (var i = 0; i < pixels.Length;)
        {
            var end = i + 1;
            if (Grey(pixels[i]) == grey)
            {
                while (end % width != 0 && Grey(pixels[end]) == grey) end++;
                steps.Append(CultureInfo.InvariantCulture, $"M{i % width} {i / width}.5h{end - i}");
            }

            i = end;
        }

        return steps.ToString();
    }

    private static int Grey(float value) => (int)(value * (Greys - 1) + 0.5f);

    private static void Map(Svg svg, double x, double y, Outcome outcome, ImageDataset test, int index)
    {
        var most = 1.05 * outcome.Mu.Flat.ToArray().Max(Math.Abs);
        double X(double z) => x + (1 + z / most) * MapSize / 2;
        double Y(double z) => y + (1 - z / most) * MapSize / 2;
        var unit = MapSize / 2 / most;
        var normal = Enumerable.Range(0, test.Count).Where(i => test.Label(i) != Settings.HeldOut).ToArray();
        svg.Text(x, y - 6, $"beta {Svg.Number(outcome.Beta)}", 14, bold: true);
        svg.Text(x + MapSize, y - 6, $"mean CE {Decimal(normal.Average(i => (double)outcome.CrossEntropy[i]))}, KL {Decimal(normal.Average(i => (double)outcome.Kl[i]))}", 13, Anchor.End);

        svg.BeginClip($"map{index}", x, y, MapSize, MapSize);
        svg.Line(X(0), y, X(0), y + MapSize, Svg.Rule);
        svg.Line(x, Y(0), x + MapSize, Y(0), Svg.Rule);
        svg.Circle(X(0), Y(0), unit, "none", Svg.Faint, " stroke-dasharray=\"3 3\"");
        svg.Circle(X(0), Y(0), 2 * unit, "none", Svg.Faint, " stroke-dasharray=\"3 3\"");
        // The held-out class last, on top.
        foreach (var label in Enumerable.Range(1, Colors.Length - 1).Append(0))
        {
            var dots = new StringBuilder();
            for (var i = 0; i < test.Count; i++)
                if (test.Label(i) == label) dots.Append('M').Append(Svg.Pair(X(outcome.Mu[i, 0]), Y(outcome.Mu[i, 1]))).Append("h0");
            svg.Path(dots.ToString(), "none", Colors[label], 3.4, " stroke-linecap=\"round\" stroke-opacity=\"0.75\"");
        }

        for (var label = 0; label < Colors.Length; label++)
        {
            var i = test.Labels.IndexOf((byte)label);
            svg.Ellipse(X(outcome.Mu[i, 0]), Y(outcome.Mu[i, 1]), outcome.Sigma[i, 0] * unit, outcome.Sigma[i, 1] * unit, Colors[label], Svg.Ink, " fill-opacity=\"0.25\" stroke-width=\"1.2\"");
        }

        svg.EndGroup();
        svg.Rectangle(x, y, MapSize, MapSize, "none", Svg.Ink);
        var apart = most > 8 ? 4 : most > 4 ? 2 : 1;
        for (var tick = -(int)(most / apart) * apart; tick <= most; tick += apart)
            svg.Text(X(tick), y + MapSize + 15, Svg.Number(tick).Replace('-', '\u2212'), 12, Anchor.Middle);
    }

    private static void Legend(Svg svg, double y)
    {
        for (var label = 0; label < Colors.Length; label++)
        {
            double x = 24 + label % 5 * 134, line = y + label / 5 * 20;
            svg.Circle(x + 5, line - 4, 5, Colors[label]);
            svg.Text(x + 15, line, label == Settings.HeldOut ? "T-shirt, held out" : FashionMnist.ClassNames[label], 13);
        }
    }

    private static string Decimal(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
