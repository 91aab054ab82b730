//! An agency's locations, and whether an app is installed on each.

use leadhold_app::marketplace::{LocationFilter, LocationPage};
use leadhold_testkit::TestApp;

use super::*;

async fn list(
    app: &TestApp,
    registered: &Registered,
    filter: LocationFilter,
    window: (usize, usize),
) -> LocationPage {
    let (agency, id, now) =
        (app.agency.company.clone(), registered.app_id.clone(), app.app.world.clock.now());
    app.write(move |tx, _| marketplace::installed_locations(tx, &agency, &id, &filter, now, window)).await
}

fn shown(page: &LocationPage) -> String {
    let line = |location: &marketplace::LocationState| {
        format!("{} {}", location.name, if location.installed.is_some() { "yes" } else { "no" })
    };
    format!("{} of {}", page.locations.iter().map(line).collect::<Vec<_>>().join(", "), page.count)
}

#[tokio::test]
async fn locations_are_listed_filtered_and_paged() {
    let app = TestApp::start().await;
    let registered = register(&app, None).await;
    let plan = plan(&app, &registered, 2).await;
    let new = Installation { plan_id: Some(plan.clone()), ..installation(&registered, here(&app)) };
    let install = install(&app, &new).await;
    install_elsewhere(&app).await;
    let all = list(&app, &registered, LocationFilter::default(), (0, 20)).await;
    let mut names: Vec<_> =
        shown(&all).split(" of ").next().unwrap().split(", ").map(str::to_owned).collect();
    names.sort();
    assert_eq!((names, all.count), (vec!["First Location yes".into(), "Second Location no".into()], 2));
    let first = all.locations.iter().find(|location| location.installed.is_some()).expect("one has it");
    assert_eq!(first.installed, Some((registered.version_id.clone(), install.installed_at)));

    let (version, first_id) = (registered.version_id.to_string(), app.agency.location.location_id());
    let of = |change: fn(&mut LocationFilter, String), value: &str| {
        let mut filter = LocationFilter::default();
        change(&mut filter, value.to_owned());
        filter
    };
    let both = [
        (of(|f, v| f.query = Some(v), "FIRST"), "First Location yes of 1"),
        (of(|f, v| f.query = Some(v), "third"), " of 0"),
        (of(|f, v| f.is_installed = v.parse().ok(), "true"), "First Location yes of 1"),
        (of(|f, v| f.is_installed = v.parse().ok(), "false"), "Second Location no of 1"),
        (of(|f, v| f.version_id = Some(v), &version), "First Location yes of 1"),
        (of(|f, v| f.version_id = Some(v), "other"), " of 0"),
        (of(|f, v| f.on_trial = v.parse().ok(), "true"), "First Location yes of 1"),
        (of(|f, v| f.on_trial = v.parse().ok(), "false"), "Second Location no of 1"),
        (of(|f, v| f.plan_id = Some(v), plan.as_str()), "First Location yes of 1"),
        (of(|f, v| f.location_id = Some(v), first_id.as_str()), "First Location yes of 1"),
        (of(|f, v| f.location_id = Some(v), app.other.location.location_id().as_str()), " of 0"),
    ];
    for (filter, expected) in both {
        let page = list(&app, &registered, filter.clone(), (0, 20)).await;
        assert_eq!(shown(&page), expected, "{filter:?}");
    }
    let among = LocationFilter { among: Some(vec![first_id.clone()]), ..LocationFilter::default() };
    assert_eq!(shown(&list(&app, &registered, among, (0, 20)).await), "First Location yes of 1");
    app.clock.advance(2 * 86_400_000);
    let over = list(&app, &registered, of(|f, v| f.on_trial = v.parse().ok(), "true"), (0, 20)).await;
    assert_eq!(shown(&over), " of 0", "the trial is over");

    let pages = [
        list(&app, &registered, LocationFilter::default(), (0, 1)).await,
        list(&app, &registered, LocationFilter::default(), (1, 1)).await,
        list(&app, &registered, LocationFilter::default(), (2, 1)).await,
    ];
    let joined: Vec<_> = pages.iter().flat_map(|page| page.locations.clone()).collect();
    assert_eq!((joined, pages[2].count), (all.locations, 2));
}

/// Another app here, and this one at another agency, must not show.
async fn install_elsewhere(app: &TestApp) {
    let other = register(app, None).await;
    install(app, &installation(&other, Place::Location(app.agency.second.clone()))).await;
    install(app, &installation(&other, Place::Location(app.other.location.clone()))).await;
}
