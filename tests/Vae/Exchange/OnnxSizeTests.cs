// Models that no ONNX file can hold. What the files compute is tested where ONNX Runtime is, in tests/Exchange.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Exchange;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests.Exchange;

public sealed class OnnxSizeTests
{
    [Fact]
    public void A_model_of_more_than_2_GiB_is_refused()
    {
        OnnxModel.RequireFits(new VaeArchitecture(60_000, [4_000], 16));
        var exception = Assert.Throws<InvalidDataException>(() => OnnxModel.RequireFits(new VaeArchitecture(60_000, [5_000], 16)));
        Assert.StartsWith("The model has 600", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("for an ONNX file holds 2 GiB.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_detector_adds_counts()
    {
        // The neighbours of 4096 x 4096 pixels take 256 MiB beside the network's 1.9 GiB.
        var architecture = new VaeArchitecture(60_000, [4_000], 16);
        var summary = SummaryMixture.FromParts(architecture, new SummaryMixtureParts([0], [1], new GaussianMixtureParts(new Matrix<float>(1, 1), [0], [0])));
        OnnxModel.RequireFits(architecture, new DetectorModel(InputShape.Table(60_000), null, summary));
        Assert.Throws<InvalidDataException>(() => OnnxModel.RequireFits(architecture, new DetectorModel(InputShape.Images(4096, 4096), null, summary)));
    }
}
