// A variational autoencoder by hand: the model, its forward and backward pass, training and scoring, from the layers of src/Autodiff. It
// refuses to be a library: no options, no files, new memory in each step. src/Vae is one, and computes the same numbers.
//
// (8.2) is an equation of docs/math, and capital letters are the symbols there. A batch has n images, each a row of X and of whatever is
// computed from it. dX is the gradient of the batch's mean loss (1.3) by X, and has the shape of X.

using VaeFromScratch.Autodiff;
using VaeFromScratch.Examples;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;

const int pixels = 784, hidden = 400, latent = 16;
const int heldOut = 8, epochs = 10, batch = 128;
const float beta = 1;
const double learningRate = 0.001;
const ulong seed = 0;
const uint forWeights = 1, forShuffles = 2, forNoise = 3; // No two of these purposes share a random number (13.2).

using var engine = new Engine();
var data = FashionMnist.Load(FashionMnistSources.SampleWord);

// The model: five dense layers, their parameters drawn from ten random sequences.
var encoder = new Layer(pixels, hidden, learningRate, Weights(0), Weights(1));   // W1 [784, 400]  b1 [1, 400]
var toMu = new Layer(hidden, latent, learningRate, Weights(2), Weights(4));      // Wμ [400, 16]   bμ [1, 16]
var toLogVar = new Layer(hidden, latent, learningRate, Weights(3), Weights(5));  // Ws [400, 16]   bs [1, 16]
var decoder = new Layer(latent, hidden, learningRate, Weights(6), Weights(7));   // W2 [16, 400]   b2 [1, 400]
var output = new Layer(hidden, pixels, learningRate, Weights(8), Weights(9));    // W3 [400, 784]  b3 [1, 784]
Layer[] layers = [encoder, toMu, toLogVar, decoder, output];

// Training, on all classes but one.
int[] normal = [.. Enumerable.Range(0, data.Train.Count).Where(i => data.Train.Label(i) != heldOut)];
var step = 0u;
for (var epoch = 0u; epoch < epochs; epoch++)
{
    int[] order = [.. normal];
    new RandomSequence(seed, forShuffles, epoch).Shuffle(order);
    var (crossEntropy, kl) = (0.0, 0.0);
    foreach (var indices in order.Chunk(batch))
    {
        var sums = Train(Images(data.Train, indices), Noise(indices.Length, step++));
        crossEntropy += sums.CrossEntropy / normal.Length;
        kl += sums.Kl / normal.Length;
    }

    Console.WriteLine($"epoch {epoch + 1,2}: loss {crossEntropy + beta * kl:F3}, cross-entropy {crossEntropy:F3}, KL {kl:F3}");
}

// Scoring, at z = mu, so that an image always has the same score. The class that was held out is the anomaly.
var test = Images(data.Test, [.. Enumerable.Range(0, data.Test.Count)]);
Matrix<float> reconstruction = new(test.Rows, pixels), testLoss = new(1, test.Rows);
BernoulliCrossEntropy.Forward(engine, Decode(Encode(test).Mu).Logits, test, reconstruction, testLoss);
float[] scores = [.. Enumerable.Range(0, test.Rows).Select(i => MeanSquaredError(test.Row(i), reconstruction.Row(i)))];
bool[] isAnomaly = [.. Enumerable.Range(0, test.Rows).Select(i => data.Test.Label(i) == heldOut)];
Console.WriteLine($"AUC-ROC of the mean squared error, {FashionMnist.ClassNames[heldOut]} held out: {Auroc.Compute(scores, isAnomaly):F4}");

// One step: images X [n, 784] and noise E [n, 16] forward and backward, then the update. Returns both losses, summed over the batch.
(double CrossEntropy, double Kl) Train(Matrix<float> x, Matrix<float> eps)
{
    var n = x.Rows;
    Matrix<float> New(int columns) => new(n, columns);

    // Forward: the six lines of (1.2), and the two losses of each image.
    var (h1, mu, rawLogVar) = Encode(x);                                                // H1 [n, 400], M and S~ [n, 16]
    var (logVar, z, r, crossEntropy, kl) = (New(latent), New(latent), New(pixels), new Matrix<float>(1, n), new float[n]);
    LogVarianceClamp.Forward(rawLogVar, logVar);                                        // S = min(max(S~, -30), 20)      [n, 16]     (1.2)
    Reparameterization.Forward(mu, logVar, eps, z);                                     // Z = M + e^(S/2)·E              [n, 16]     (6.2)
    var (h2, logits) = Decode(z);                                                       // H2 [n, 400], Λ [n, 784]
    BernoulliCrossEntropy.Forward(engine, logits, x, r, crossEntropy);                  // R = σ(Λ), CE(X, R)             [n, 784]    (5.2)
    GaussianKl.Forward(mu, logVar, kl);                                                 // Σ (M² + e^S - 1 - S) / 2       [n]         (7.8)

    // Backward: the page of chapter 8 from its first equation to its last. What gives a dW gives its db too; ReLUs and clamp work in place.
    var (dLogits, dH2, dZ, dMu, dLogVar, dH1) = (New(pixels), New(hidden), New(latent), New(latent), New(latent), New(hidden));
    BernoulliCrossEntropy.Backward(engine, x, r, 1f / n, dLogits);                      // dΛ = (R - X) / n               [n, 784]    (8.2)
    Dense.BackwardInput(engine, output.W, dLogits, dH2);                                // dH2 = dΛ·W3ᵀ                   [n, 400]    (8.3)
    Dense.BackwardParameters(engine, h2.Transposed, dLogits, output.DW, output.DB);     // dW3 = H2ᵀ·dΛ                   [400, 784]  (8.4)
    Relu.Backward(engine, h2, dH2, dH2);                                                // dA2 = dH2 where H2 > 0         [n, 400]    (8.5)
    Dense.BackwardInput(engine, decoder.W, dH2, dZ);                                    // dZ = dA2·W2ᵀ                   [n, 16]     (8.6)
    Dense.BackwardParameters(engine, z.Transposed, dH2, decoder.DW, decoder.DB);        // dW2 = Zᵀ·dA2                   [16, 400]   (8.6)
    Reparameterization.Backward(logVar, eps, dZ, dMu, dLogVar);                         // dM = dZ, dS = dZ·E·e^(S/2)/2   [n, 16]     (8.7)
    GaussianKl.Backward(mu, logVar, beta / n, dMu, dLogVar);                            // dM += βM/n, dS += β(e^S-1)/2n  [n, 16]     (8.8)
    LogVarianceClamp.Backward(rawLogVar, dLogVar, dLogVar);                             // dS~ = dS if -30 <= S~ <= 20    [n, 16]     (8.9)
    Dense.BackwardInput(engine, toMu.W, dMu, dH1);                                      // dH1 = dM·Wμᵀ ...               [n, 400]    (8.10)
    Dense.BackwardInput(engine, toLogVar.W, dLogVar, dH1, ChainStart.Accumulate);       // ... + dS~·Wsᵀ                  [n, 400]    (8.10)
    Dense.BackwardParameters(engine, h1.Transposed, dMu, toMu.DW, toMu.DB);             // dWμ = H1ᵀ·dM                   [400, 16]   (8.11)
    Dense.BackwardParameters(engine, h1.Transposed, dLogVar, toLogVar.DW, toLogVar.DB); // dWs = H1ᵀ·dS~                  [400, 16]   (8.11)
    Relu.Backward(engine, h1, dH1, dH1);                                                // dA1 = dH1 where H1 > 0         [n, 400]    (8.12)
    Dense.BackwardParameters(engine, x.Transposed, dH1, encoder.DW, encoder.DB);        // dW1 = Xᵀ·dA1                   [784, 400]  (8.13)

    // Adam moves every parameter against its gradient (9.13).
    foreach (var layer in layers) layer.Update(engine);
    return (crossEntropy.Flat.ToArray().Sum(loss => (double)loss), kl.Sum(loss => (double)loss));
}

(Matrix<float> H1, Matrix<float> Mu, Matrix<float> RawLogVar) Encode(Matrix<float> x)
{
    Matrix<float> h1 = new(x.Rows, hidden), mu = new(x.Rows, latent), rawLogVar = new(x.Rows, latent);
    Dense.Forward(engine, encoder.W, encoder.B, x, h1);            // A1 = X·W1 + b1   [n, 400]  (3.2)
    Relu.Forward(engine, h1, h1);                                  // H1 = max(A1, 0)  [n, 400]  (4.1)
    Dense.Forward(engine, toMu.W, toMu.B, h1, mu);                 // M = H1·Wμ + bμ   [n, 16]   (3.2)
    Dense.Forward(engine, toLogVar.W, toLogVar.B, h1, rawLogVar);  // S~ = H1·Ws + bs  [n, 16]   (3.2)
    return (h1, mu, rawLogVar);
}

(Matrix<float> H2, Matrix<float> Logits) Decode(Matrix<float> z)
{
    Matrix<float> h2 = new(z.Rows, hidden), logits = new(z.Rows, pixels);
    Dense.Forward(engine, decoder.W, decoder.B, z, h2);     // A2 = Z·W2 + b2   [n, 400]  (3.2)
    Relu.Forward(engine, h2, h2);                           // H2 = max(A2, 0)  [n, 400]  (4.1)
    Dense.Forward(engine, output.W, output.B, h2, logits);  // Λ = H2·W3 + b3   [n, 784]  (3.2)
    return (h2, logits);
}

RandomSequence Weights(uint tensor) => new(seed, forWeights, tensor);

// Standard normal numbers (13.7). Each latent dimension has its stretch of the sequence, and the place in it is the image.
Matrix<float> Noise(int n, uint ofStep)
{
    Matrix<float> drawn = new(latent, n), eps = new(n, latent);
    for (var j = 0; j < latent; j++) new RandomSequence(seed, forNoise, ofStep).FillNormal(drawn.Row(j), j * batch);
    Transpose.Copy(engine, drawn, eps);
    return eps;
}

// Bytes / 255 (1.1).
Matrix<float> Images(ImageDataset images, int[] indices)
{
    var x = new Matrix<float>(indices.Length, pixels);
    RowBatch.Gather(engine, images, indices, x);
    return x;
}

// Of one image (10.1).
static float MeanSquaredError(ReadOnlySpan<float> x, ReadOnlySpan<float> r)
{
    var sum = 0.0;
    for (var p = 0; p < x.Length; p++) sum += (x[p] - r[p]) * (x[p] - r[p]);
    return (float)(sum / x.Length);
}
