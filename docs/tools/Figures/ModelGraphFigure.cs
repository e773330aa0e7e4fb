// The graph of the model: every quantity and parameter with its shape, its name in the code, and the equation of its gradient.

namespace VaeFromScratch.Docs.Figures;

internal static class ModelGraphFigure
{
    private const int Height = 986;
    private const double BoxHeight = 56, PillHeight = 24, Middle = 350, Left = 236, Right = 464, ParameterX = 548, ParameterWidth = 142;

    // Forward and backward arrows run side by side, so far from the middle between them.
    private const double Half = 8;

    public static string Draw()
    {
        var svg = new Svg(Height, "The model 784-400-16-400-784 forward and backward");
        svg.Text(16, 26, "The model 784-400-16-400-784", 16, bold: true);
        svg.Arrow(Svg.Forward, (16, 48), (46, 48));
        svg.Text(52, 52, "forward: a quantity, [shape], its name in VaeForward", color: Svg.Forward);
        svg.Arrow(Svg.Backward, (46, 68), (16, 68));
        svg.Text(52, 72, "backward: its gradient (the bar) has the same shape; (equation of chapter 8)", color: Svg.Backward);
        svg.Text(52, 92, "n images: 128 in training", color: Svg.Faint);

        // From the image to the heads.
        Box(svg, Middle, 106, 160, "X", "[n, 784]", "Input", "no gradient is needed");
        Edge(svg, (Middle, 162), (Middle, 178), isForwardOnly: true);
        Pill(svg, Middle, 178, 190, "encoder.0: dense, ReLU");
        Parameters(svg, 162, 190, "_1", "[784, 400]", "[1, 400]", "(8.13)", Middle + 95);
        Edge(svg, (Middle, 202), (Middle, 222));
        Box(svg, Middle, 222, 178, "H_1", "[n, 400]", "EncoderHidden(0)", "¯H_1 (8.10), ¯A_1 (8.12)");

        Edge(svg, (Middle - 40, 278), (Left + 20, 306));
        Edge(svg, (Middle + 40, 278), (Right - 20, 306));
        Pill(svg, Left, 306, 110, "mu: dense");
        Pill(svg, Right, 306, 126, "logvar: dense");
        Parameters(svg, 290, 318, "_μ", "[400, 16]", "[1, 16]", "(8.11)", Left - 55, isLeft: true);
        Parameters(svg, 290, 318, "_s", "[400, 16]", "[1, 16]", "(8.11)", Right + 63);

        // The latent variables, and their two roads to the loss.
        Edge(svg, (Left, 330), (Left, 350));
        Edge(svg, (Right, 330), (Right, 350));
        Box(svg, Left, 350, 140, "M", "[n, 16]", "Mu", "¯M (8.7) + (8.8)");
        Box(svg, Right, 350, 140, "S\u0303", "[n, 16]", "RawLogVar", "¯S\u0303 (8.9)");
        Edge(svg, (Right, 406), (Right, 422));
        Pill(svg, Right, 422, 150, "clamp to [-30, 20]");
        Edge(svg, (Right, 446), (Right, 464));
        Box(svg, Right, 464, 140, "S", "[n, 16]", "LogVar", "¯S (8.7) + (8.8)");

        Edge(svg, (Right - 70, 502), (152, 502));
        Edge(svg, (Left - 52, 406), (Left - 52, 436), (130, 436), (130, 464), bend: 1);
        Edge(svg, (Left + 36, 406), (Left + 36, 542), isAcross: true);
        Edge(svg, (Right, 520), (Right, 542));
        Box(svg, 81, 464, 142, "KL", "[1, n]", "Kl", "β/n for each image");

        Pill(svg, Middle, 542, 290, "sample: Z = M + exp(S/2) ⊙ E");
        Box(svg, 619, 526, 142, "E", "[n, 16]", "Noise", "noise: no gradient");
        Edge(svg, (548, 554), (Middle + 145, 554), isForwardOnly: true);

        // From the sample to the loss.
        Edge(svg, (Middle, 566), (Middle, 586));
        Box(svg, Middle, 586, 160, "Z", "[n, 16]", "Latent", "¯Z (8.6)");
        Edge(svg, (Middle, 642), (Middle, 660));
        Pill(svg, Middle, 660, 190, "decoder.0: dense, ReLU");
        Parameters(svg, 644, 672, "_2", "[16, 400]", "[1, 400]", "(8.6)", Middle + 95);
        Edge(svg, (Middle, 684), (Middle, 704));
        Box(svg, Middle, 704, 178, "H_2", "[n, 400]", "DecoderHidden(0)", "¯H_2 (8.3), ¯A_2 (8.5)");
        Edge(svg, (Middle, 760), (Middle, 778));
        Pill(svg, Middle, 778, 160, "decoder.2: dense");
        Parameters(svg, 762, 790, "_3", "[400, 784]", "[1, 784]", "(8.4)", Middle + 80);
        Edge(svg, (Middle, 802), (Middle, 822));
        Box(svg, Middle, 822, 160, "Λ", "[n, 784]", "Logits", "¯Λ = (R - X) / n (8.2)");
        Edge(svg, (Middle, 878), (Middle, 898));
        Box(svg, Middle, 898, 178, "CE", "[1, n]", "ReconstructionLoss", "1/n for each image");
        svg.Text(Middle + 100, 919, "with X again; R = σ(Λ) is", color: Svg.Faint);
        svg.Text(Middle + 100, 936, "the reconstruction, [n, 784]", color: Svg.Faint);

        Edge(svg, (81, 520), (81, 898));
        svg.Rectangle(12, 898, 170, BoxHeight, Svg.ForwardTint, Svg.Forward, 6);
        svg.Text(97, 921, "loss L, one number", 13, Anchor.Middle, bold: true);
        svg.Text(97, 942, "mean of CE + β · KL", 13, Anchor.Middle);
        Edge(svg, (Middle - 89, 926), (182, 926));
        svg.Text(16, 976, "Where two orange arrows end at one box, the two gradients are added.", color: Svg.Backward);
        return svg.Finish();
    }

    // A quantity above its gradient.
    private static void Box(Svg svg, double middle, double y, double width, string symbol, string shape, string code, string gradient)
    {
        var x = middle - width / 2;
        svg.Rectangle(x, y, width, BoxHeight, Svg.BackwardTint, "none", 6);
        svg.Path($"M{Svg.Pair(x, y + 37)}V{Svg.Number(y + 6)}Q{Svg.Pair(x, y)} {Svg.Pair(x + 6, y)}H{Svg.Number(x + width - 6)}Q{Svg.Pair(x + width, y)} {Svg.Pair(x + width, y + 6)}V{Svg.Number(y + 37)}Z", Svg.ForwardTint, "none");
        svg.Rectangle(x, y, width, BoxHeight, "none", Svg.Forward, 6);
        svg.Text(middle, y + 16, $"{symbol} {shape}", 14, Anchor.Middle, bold: true);
        svg.Code(middle, y + 32, code, anchor: Anchor.Middle);
        svg.Text(middle, y + 50, gradient, 12, Anchor.Middle, Svg.Backward);
    }

    // An operation.
    private static void Pill(Svg svg, double middle, double y, double width, string text)
    {
        svg.Rectangle(middle - width / 2, y, width, PillHeight, "#f1f1f1", Svg.Faint, PillHeight / 2);
        svg.Text(middle, y + 16.5, text, 13, Anchor.Middle);
    }

    // Weight and bias of a layer, at the right or at the left edge, and the arrows to and from its operation.
    private static void Parameters(Svg svg, double y, double middle, string index, string weight, string bias, string equation, double operation, bool isLeft = false)
    {
        var x = isLeft ? Svg.Width - ParameterX - ParameterWidth : ParameterX;
        svg.Rectangle(x, y, ParameterWidth, BoxHeight, Svg.BackwardTint, "none");
        svg.Rectangle(x, y, ParameterWidth, 37, Svg.ForwardTint);
        svg.Rectangle(x, y, ParameterWidth, BoxHeight, "none", Svg.Forward);
        var center = x + ParameterWidth / 2;
        svg.Text(center, y + 15, $"W{index} {weight}", 13, Anchor.Middle, bold: true);
        svg.Text(center, y + 32, $"b{index} {bias}", 13, Anchor.Middle, bold: true);
        svg.Text(center, y + 50, $"¯W{index}, ¯b{index} {equation}", 12, Anchor.Middle, Svg.Backward);
        Edge(svg, (isLeft ? x + ParameterWidth : x, middle), (operation, middle));
    }

    // An arrow forward, and beside it one backward.
    private static void Edge(Svg svg, (double X, double Y) from, (double X, double Y) to, bool isForwardOnly = false, bool isAcross = false)
    {
        if (isForwardOnly)
        {
            svg.Arrow(Svg.Forward, from, to);
            return;
        }

        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        // Beside the line: horizontally for one that goes down, vertically for one that goes across.
        var (x, y) = Math.Abs(dy) >= 0.3 * Math.Abs(dx) ? (Half, 0.0) : (0.0, Half / 1.3);
        var (forward, backward) = (((double, double)[])[(from.X - x, from.Y - y), (to.X - x, to.Y - y)], ((double, double)[])[(to.X + x, to.Y + y), (from.X + x, from.Y + y)]);
        if (isAcross)
        {
            svg.ArrowAcross(Svg.Forward, forward);
            svg.ArrowAcross(Svg.Backward, backward);
        }
        else
        {
            svg.Arrow(Svg.Forward, forward);
            svg.Arrow(Svg.Backward, backward);
        }
    }

    // The same around two corners: down, across, down.
    private static void Edge(Svg svg, (double X, double Y) from, (double X, double Y) corner, (double X, double Y) otherCorner, (double X, double Y) to, double bend)
    {
        var side = Half * bend;
        svg.Arrow(Svg.Forward, (from.X - side, from.Y), (corner.X - side, corner.Y - side), (otherCorner.X - side, otherCorner.Y - side), (to.X - side, to.Y));
        svg.Arrow(Svg.Backward, (to.X + side, to.Y), (otherCorner.X + side, otherCorner.Y + side), (corner.X + side, corner.Y + side), (from.X + side, from.Y));
    }
}
