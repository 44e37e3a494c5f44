// The report in a real browser: at a phone's width and a desk's, in the light and in the dark, with
// and without scripts, and on paper.
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>

#include "report_folder.h"
#include "support/browser.h"
#include "support/tier.h"

namespace {

constexpr int phone = 390;
constexpr int desk = 1280;
constexpr int wide = 1920;

// Everything a viewer must be able to count on, however the page is looked at.
void ExpectFine(Browser *browser, const std::string &path, const Viewing &viewing)
{
    SCOPED_TRACE("width " + std::to_string(viewing.width) + (viewing.dark ? ", dark" : ""));
    browser->open(path, viewing);
    EXPECT_EQ(browser->complaints, std::vector<std::string>{});
    EXPECT_EQ(browser->requests.size(), 1u); // the page itself
    EXPECT_LE(browser->content_width(), viewing.width);
}

// How many elements that `selector` finds satisfy `condition` on e (the element) and r (its box).
double CountWhere(Browser *browser, const std::string &selector, const std::string &condition)
{
    return browser->number("[...document.querySelectorAll('" + selector +
                           "')].filter(e => { const r = e.getBoundingClientRect(); return " +
                           condition + "; }).length");
}

void ExpectReadable(Browser *browser, const Viewing &viewing)
{
    const double plots = CountWhere(browser, "svg.plot", "r.width > 250 && r.height > 150");
    EXPECT_EQ(plots, CountWhere(browser, "svg.plot", "true"));
    EXPECT_GE(plots, 3);
    // Headings and paragraphs lie inside the window, and no text of a drawing leaves it.
    const std::string inside = "r.left >= 0 && r.right <= " + std::to_string(viewing.width);
    for (const char *selector : {"h1", "h2", "p", "figure", ".plot text", ".legend li"}) {
        EXPECT_EQ(CountWhere(browser, selector, "!(r.width == 0 || (" + inside + "))"), 0)
            << selector;
    }
    // Text of drawings is at least 10 pixels high on the screen.
    EXPECT_EQ(CountWhere(browser, ".plot text",
                         "r.width > 0 && parseFloat(getComputedStyle(e).fontSize) * "
                         "e.ownerSVGElement.clientWidth / 680 < 10"),
              0);
    EXPECT_EQ(CountWhere(browser, ".strip .tick",
                         "r.width > 0 && parseFloat(getComputedStyle(e).fontSize) * "
                         "e.ownerSVGElement.clientWidth / 240 < 10"),
              0);
    // Numbers on an axis do not touch each other.
    EXPECT_EQ(CountWhere(browser, ".plot .tick",
                         "e.nextElementSibling && [...e.parentNode.querySelectorAll('.tick')]"
                         ".some(o => { const q = o.getBoundingClientRect(); return o != e && "
                         "r.left < q.right && q.left < r.right && r.top < q.bottom && "
                         "q.top < r.bottom; })"),
              0);
}

TEST(ReportBrowser, small_page_at_every_width)
{
    RS_NEED_BROWSER();
    SmallResults results;
    const std::string bad = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    ASSERT_EQ(results.add("a", {3, 1, 2, 0, 1, 5, 1, 0, 0, 2, 2, 1}, bad).exit_status, 0);
    ASSERT_EQ(
        results.add("b", {3, 1, 2, 0, 5, 1, 0, 0, 1, 2, 0, 5}, std::string(180, 'w')).exit_status,
        0);
    ASSERT_EQ(results.report({"--title", std::string(200, 'W')}).exit_status, 0);
    Browser browser;
    for (const int width : {320, phone, 768, desk, wide, 2560}) {
        ExpectFine(&browser, results.html(), {width, false, true, false});
    }
}

// Names as timm has them, of which two differ at their ends alone.
TEST(ReportBrowser, long_names_are_whole)
{
    RS_NEED_BROWSER();
    SmallResults results;
    const std::string family = "vit_so150m2_patch16_reg1_gap_448.sbb_e200_in12k_ft_in1k_and_more";
    ASSERT_EQ(results.add("a", {3, 1, 2, 0, 1, 5, 1, 0, 0, 2, 2, 1}, family + ".a").exit_status, 0);
    ASSERT_EQ(results.add("b", {3, 1, 2, 0, 5, 1, 0, 0, 1, 2, 0, 5}, family + ".b").exit_status, 0);
    ASSERT_EQ(results.report().exit_status, 0);
    Browser browser;
    for (const int width : {phone, desk}) {
        ExpectFine(&browser, results.html(), {width, false, true, false});
        for (const std::string &name : {family + ".a", family + ".b"}) {
            EXPECT_GE(CountWhere(&browser, "tbody th", "e.textContent == \"" + name + "\""), 2);
        }
        EXPECT_EQ(CountWhere(&browser, ".point", "!e.querySelector('title')"), 0);
    }
}

// More models than lists show and drawings name.
TEST(ReportBrowser, many_models_stay_readable)
{
    RS_NEED_BROWSER();
    SmallResults results;
    for (int i = 0; i < 45; ++i) {
        const float a = static_cast<float>(i % 7);
        const float b = static_cast<float>(i % 5);
        const std::string name = "resnext50_32x4d.fb_ssl_" + std::to_string(i);
        ASSERT_EQ(results.add("m" + std::to_string(i), {3, a, 2, 0, b, 5, 1, 0, a, 2, 2, b}, name)
                      .exit_status,
                  0);
    }
    ASSERT_EQ(results.report().exit_status, 0);
    Browser browser;
    // The leaderboard is seen whole at a desk; few points are named; nothing hides the points.
    ExpectFine(&browser, results.html(), {desk, false, true, false});
    EXPECT_EQ(CountWhere(&browser, ".board tbody tr", "true"), 45);
    EXPECT_EQ(CountWhere(&browser, ".board tbody tr", "r.height > 0"), 25);
    (void)browser.number("(document.querySelector('#all-models').click(), 0)");
    EXPECT_EQ(CountWhere(&browser, ".board tbody tr", "r.height > 0"), 45);
    EXPECT_EQ(CountWhere(&browser, ".desk", "e.scrollWidth > e.clientWidth"), 0);
    EXPECT_LE(CountWhere(&browser, "#trend figure:nth-of-type(1) .point", "true"), 12);
    EXPECT_LE(CountWhere(&browser, "#trend figure:nth-of-type(2) .point", "true"), 12);
    EXPECT_LE(CountWhere(&browser, "#disagreements .point", "true"), 12);
    EXPECT_EQ(CountWhere(&browser, "#further .plot path.line", "true"), 0);
    ExpectFine(&browser, results.html(), {wide, false, true, false});
    EXPECT_EQ(CountWhere(&browser, ".board tbody tr", "r.height > 0"), 25);
    EXPECT_EQ(CountWhere(&browser, ".desk", "e.scrollWidth > e.clientWidth"), 0);
    // On a phone the numbers stand beside the names: ReaL accuracy is in sight.
    ExpectFine(&browser, results.html(), {phone, false, true, false});
    EXPECT_EQ(CountWhere(&browser, ".board tbody td:nth-child(3)",
                         "r.width > 0 && r.right <= " + std::to_string(phone)),
              25);
    // The name stays when the numbers are pushed aside.
    (void)browser.number("document.querySelector('.desk').scrollLeft = 500");
    EXPECT_EQ(CountWhere(&browser, ".board tbody th", "r.width > 0 && r.left >= 0"), 25);
    // On paper all are there.
    browser.open(results.html(), {desk, false, true, true});
    EXPECT_EQ(CountWhere(&browser, ".board tbody tr", "r.height > 0"), 45);
    // Without scripts there is the same.
    ExpectFine(&browser, results.html(), {phone, false, false, false});
}

// The pictures that were asked for, and nothing else.
TEST(ReportBrowser, pictures_are_loaded_from_where_it_was_said)
{
    RS_NEED_BROWSER();
    SmallResults results;
    ASSERT_EQ(
        results.add("b", {3, 1, 2, 0, 5, 1, 0, 0, 1, 2, 0, 5}, std::string(90, 'w')).exit_status,
        0);
    ASSERT_EQ(results.report({"--images", "{stem}.svg"}).exit_status, 0);
    const std::string picture = results.task.folder.write(
        "ILSVRC2012_val_00000004.svg",
        "<svg xmlns='http://www.w3.org/2000/svg' width='900' height='300'/>");
    Browser browser;
    for (const int width : {320, phone, desk, wide}) {
        browser.open(results.html(), {width, false, true, false});
        (void)browser.number("(document.querySelector('#gallery').scrollIntoView(), 0)");
        const std::string found = "document.querySelector('#gallery img').naturalWidth";
        for (int i = 0; i < 30000 && browser.number(found) == 0; ++i) {
            usleep(1000);
        }
        EXPECT_EQ(browser.number(found), 900);
        EXPECT_EQ(browser.requests, (std::vector<std::string>{"file://" + results.html(),
                                                              "file://" + picture}));
        EXPECT_EQ(browser.complaints, std::vector<std::string>{});
        EXPECT_LE(browser.content_width(), width);
    }
    if (Browser::HasAxe()) {
        EXPECT_EQ(browser.axe_findings(), std::vector<std::string>{});
    }
}

// At each width, in the light and in the dark, and with a model pinned and a point read.
TEST(ReportBrowser, axe_core_finds_nothing)
{
    RS_NEED_BROWSER();
    RS_NEED_AXE();
    RS_SKIP_MERE_VOLUME();
    SmallResults results;
    for (int i = 0; i < 5; ++i) {
        const float a = static_cast<float>(i % 7);
        ASSERT_EQ(results.add("m" + std::to_string(i), {3, a, 2, 0, 1, 5, 1, 0, a, 2, 2, 1},
                              "model_" + std::to_string(i), {"--calibration"})
                      .exit_status,
                  0);
    }
    std::string votes = "rater,image,label,answer\n";
    for (const char *expert : {"ann", "bob", "cid"}) {
        votes += std::string(expert) + ",ILSVRC2012_val_00000001.JPEG,0,yes\n";
        votes += std::string(expert) + ",ILSVRC2012_val_00000004.JPEG,2,no\n";
    }
    const TemporaryFolder &folder = results.task.folder;
    ASSERT_EQ(results
                  .report({"--golden", folder.write("golden.csv", votes), "--meta",
                           folder.write("meta.csv", "model,param_count\nmodel_0,5\nmodel_1,7\n")})
                  .exit_status,
              0);
    const std::vector<std::string> none;
    Browser browser;
    for (const int width : {phone, desk, wide}) {
        for (const bool dark : {false, true}) {
            ExpectFine(&browser, results.html(), {width, dark, true, false});
            EXPECT_EQ(browser.axe_findings(), none) << "width " << width << (dark ? ", dark" : "");
        }
    }
    (void)browser.number("(document.querySelector('.board button.name').click(), "
                         "document.querySelector('svg.plot').focus({preventScroll: true}), "
                         "document.querySelector('svg.plot').dispatchEvent("
                         "new KeyboardEvent('keydown', {key: 'ArrowRight'})), 0)");
    EXPECT_EQ(CountWhere(&browser, ".tip.on", "r.width > 0"), 1);
    EXPECT_EQ(browser.axe_findings(), none);
    // It looks: a picture that nothing is said of.
    (void)browser.number("(document.querySelector('main').append(new Image()), 0)");
    EXPECT_EQ(browser.axe_findings(), std::vector<std::string>{"image-alt: img"});
}

class RealReport : public ::testing::Test {
  protected:
    void SetUp() override
    {
        RS_NEED_DATA();
        RS_NEED_BROWSER();
        RS_SKIP_MERE_VOLUME();
        const RealResults results;
        ASSERT_TRUE(results.made);
        html_ = folder_.path("report.html");
        ASSERT_EQ(results.report(html_).exit_status, 0);
    }
    TemporaryFolder folder_;
    std::string html_;
};

TEST_F(RealReport, fits_phone_and_desk_in_light_and_dark)
{
    Browser browser;
    for (const int width : {phone, desk, wide}) {
        for (const bool dark : {false, true}) {
            const Viewing viewing = {width, dark, true, false};
            ExpectFine(&browser, html_, viewing);
            ExpectReadable(&browser, viewing);
            // The paper is what was asked for, and the ink stands out against it.
            const double paper = browser.number(
                "getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g)[0]");
            const double ink =
                browser.number("getComputedStyle(document.body).color.match(/[0-9]+/g)[0]");
            EXPECT_EQ(paper > 127, !dark);
            EXPECT_GT(dark ? ink - paper : paper - ink, 180);
        }
    }
    if (Browser::HasAxe()) {
        EXPECT_EQ(browser.axe_findings(), std::vector<std::string>{});
    }
    // At the desk points have names, and no two of them touch.
    EXPECT_GE(CountWhere(&browser, ".plot .point", "r.width > 0"), 20);
    EXPECT_EQ(CountWhere(&browser, ".plot .point",
                         "[...e.parentNode.querySelectorAll('.point')].some(o => { const q = "
                         "o.getBoundingClientRect(); return o != e && r.left < q.right && "
                         "q.left < r.right && r.top + 3 < q.bottom && q.top + 3 < r.bottom; })"),
              0);
}

TEST_F(RealReport, is_whole_without_scripts_and_prints_ink_on_paper)
{
    Browser browser;
    for (const int width : {phone, desk}) {
        ExpectFine(&browser, html_, {width, false, true, false});
        double with[4], without[4];
        const char *const parts[] = {"td,th,h2,p:not(.tools)", "svg.plot path", ".plot text",
                                     "figure,table"};
        for (int i = 0; i < 4; ++i) {
            with[i] = CountWhere(&browser, parts[i], "r.width > 0");
        }
        ExpectFine(&browser, html_, {width, false, false, false});
        for (int i = 0; i < 4; ++i) {
            without[i] = CountWhere(&browser, parts[i], "r.width > 0");
            EXPECT_EQ(with[i], without[i]) << parts[i];
        }
        EXPECT_EQ(CountWhere(&browser, "button,.tools,.pins,[type=search]", "true"), 0);
        EXPECT_GT(without[0], 900);
        EXPECT_GT(browser.screenshot().size(), 50000u); // a picture with something in it
    }

    browser.open(html_, {desk, true, true, true}); // a reader of the dark prints it all the same
    EXPECT_EQ(browser.number("getComputedStyle(document.body).backgroundColor == "
                             "'rgb(255, 255, 255)'"),
              1);
    EXPECT_EQ(browser.number("getComputedStyle(document.querySelector('nav')).display == 'none'"),
              1);
    browser.open(html_, {desk, false, true, false});
    const std::string pdf = browser.pdf();
    EXPECT_EQ(pdf.rfind("JVBERi0", 0), 0u); // "%PDF-"
    EXPECT_GT(pdf.size(), 30000u);
    EXPECT_EQ(browser.complaints, std::vector<std::string>{});
}

} // namespace
