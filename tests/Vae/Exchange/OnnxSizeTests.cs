// Models that no ONNX file can hold. What the files compute is tested where ONNX Runtime is, in tests/Exchange.

using VaeFromScratch.Vae.Exchange;

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
}
