#if NATS

import Foundation
import Jobs

/// Which items a job has ever had, as stored: a few numbers, however many they are.
struct WorkRecord: Codable, Hashable, Sendable {
    let owner: String
    /// What a worker must have.
    var need: String?
    private var plan = false
    private var segments: SegmentSet = []
    private var finish = false

    init(owner: String) { self.owner = owner }

    func contains(_ kind: WorkKind) -> Bool {
        switch kind {
        case .plan: plan
        case .segment(let index): segments.contains(index)
        case .finish: finish
        }
    }

    mutating func insert(_ kinds: [WorkKind]) {
        for kind in kinds {
            switch kind {
            case .plan: plan = true
            case .segment(let index): segments.insert(index)
            case .finish: finish = true
            }
        }
    }

    var kinds: [WorkKind] {
        (plan ? [.plan] : []) + segments.map(WorkKind.segment) + (finish ? [.finish] : [])
    }
}

#endif
